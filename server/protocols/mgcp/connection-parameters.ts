/** `P:` connection parameters (RFC 3435 3.2.2.7): `PS=1245, OS=62345, PR=0, OR=0, PL=0, JI=0, LA=48`. */
import { listOf } from "./text.ts";

export interface ConnectionParameters {
  readonly packetsSent: number | null;
  readonly octetsSent: number | null;
  readonly packetsReceived: number | null;
  readonly octetsReceived: number | null;
  readonly packetsLost: number | null;
  readonly jitterMs: number | null;
  readonly latencyMs: number | null;
  /** Extension parameters such as `X-Silence=40`, kept as written: [name, value]. */
  readonly extensions: readonly (readonly [string, string])[];
}

type Counted = Exclude<keyof ConnectionParameters, "extensions">;

/** In the order in which they are printed. */
const names: readonly (readonly [string, Counted])[] = [
  ["PS", "packetsSent"],
  ["OS", "octetsSent"],
  ["PR", "packetsReceived"],
  ["OR", "octetsReceived"],
  ["PL", "packetsLost"],
  ["JI", "jitterMs"],
  ["LA", "latencyMs"],
];

/** RFC 3435: at most nine digits; a counter that reaches the end sticks there. */
export const stuckCounter = 999_999_999;

export function parseConnectionParameters(text: string): ConnectionParameters | null {
  const parts = listOf(text);
  if (parts === null || parts.length > 32) return null;
  const counted: Record<Counted, number | null> = {
    packetsSent: null,
    octetsSent: null,
    packetsReceived: null,
    octetsReceived: null,
    packetsLost: null,
    jitterMs: null,
    latencyMs: null,
  };
  const extensions: [string, string][] = [];
  for (const part of parts) {
    const match = /^([A-Za-z][A-Za-z0-9/-]{0,30})\s*=\s*([\x21-\x7e]{1,64})$/.exec(part);
    if (match === null) return null;
    const [, name, value] = match as unknown as [string, string, string];
    const known = names.find(([code]) => code === name.toUpperCase());
    if (known === undefined) extensions.push([name, value]);
    else if (/^\d{1,9}$/.test(value)) counted[known[1]] = Number(value);
    else return null;
  }
  return { ...counted, extensions };
}

export function printConnectionParameters(parameters: ConnectionParameters): string {
  const parts: string[] = [];
  for (const [code, key] of names) {
    const value = parameters[key];
    if (value !== null) parts.push(`${code}=${Math.min(stuckCounter, Math.max(0, Math.round(value)))}`);
  }
  return [...parts, ...parameters.extensions.map(([name, value]) => `${name}=${value}`)].join(", ");
}

export function extensionOf(parameters: ConnectionParameters, name: string): string | null {
  return parameters.extensions.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1] ?? null;
}
