/**
 * What Tandem tells others: one alert, firing or resolved. Labels say what it is and never change while it lasts;
 * annotations say what is known. Fingerprint and start together name it for ever, so that hearing it twice does no harm.
 */
import type { WallTime } from "../time.ts";

export type AlertName = "TandemFailover" | "TandemSwitchover" | "TandemNotReady" | "TandemNoStandby" | "TandemAutomationHeld";

export type AlertSeverity = "critical" | "warning" | "info";

export interface AlertLabels {
  readonly alertname: AlertName;
  readonly severity: AlertSeverity;
  readonly site: string;
  readonly cluster: string;
  readonly server: string;
}

export interface Alert {
  readonly status: "firing" | "resolved";
  readonly labels: AlertLabels;
  /** `summary` is always there, one sentence. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: WallTime;
  /** Null while it fires. */
  readonly endsAt: WallTime | null;
  /** The page of the console about it, for example `/failovers/41-cs-b`. */
  readonly page: string;
}

const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;
const octets64 = 0xffffffffffffffffn;

/** As Prometheus makes it: FNV-1a of 64 bits over the sorted labels, 16 hexadecimal digits. Labels are ASCII or counted by UTF-8 octet. */
export function fingerprintOf(labels: AlertLabels): string {
  let hash = offset;
  const add = (octet: number): void => {
    hash = ((hash ^ BigInt(octet)) * prime) & octets64;
  };
  for (const [name, value] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const octet of utf8Octets(name)) add(octet);
    add(0xff);
    for (const octet of utf8Octets(String(value))) add(octet);
    add(0xff);
  }
  return hash.toString(16).padStart(16, "0");
}

/** The language's own encoder of addresses speaks UTF-8: `%C3%BC` for ü. */
function utf8Octets(text: string): number[] {
  const wellFormed = text.replace(/\p{Surrogate}/gu, "\ufffd");
  const escaped = encodeURIComponent(wellFormed).match(/%[0-9A-F]{2}|[^%]/g) ?? [];
  return escaped.map((part) => (part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0)));
}
