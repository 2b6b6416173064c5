/** One syslog message, RFC 5424: header, one element of structured data, and a text in UTF-8. */

import type { SyslogFacility } from "../core/site/site.ts";
import { utf8Octets } from "./link/octets.ts";

export interface SyslogMessage {
  readonly facility: SyslogFacility;
  /** 0 (emergency) to 7 (debug). */
  readonly severity: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly host: string;
  readonly appName: string;
  readonly processId: number;
  /** What kind of message it is. */
  readonly messageId: string;
  readonly data: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Table 1 of the RFC. */
const facilityNumbers: Readonly<Record<SyslogFacility, number>> = {
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};

/** The number for examples (RFC 5612): Tandem has none of its own. */
const dataId = "tandem@32473";
/** Every receiver must take 480 octets and should take 2048 (section 6.1). */
const mostOctets = 2048;

export function encodeSyslog(message: SyslogMessage): Uint8Array {
  const { facility, severity, at, host, appName, processId, messageId } = message;
  const header = [
    `<${facilityNumbers[facility] * 8 + severity}>1`,
    new Date(at).toISOString(),
    word(host, 255),
    word(appName, 48),
    String(processId),
    word(messageId, 32),
  ].join(" ");
  const params = Object.entries(message.data).map(([name, value]) => ` ${word(name, 32)}="${paramValue(value)}"`);
  // The mark says that the text is UTF-8 (section 6.4).
  return whole(utf8Octets(`${header} [${dataId}${params.join("")}] \u{feff}${oneLine(message.text)}`, "message"));
}

/** A name of the header: printable ASCII without spaces; "-" where there is none. */
function word(text: string, most: number): string {
  const clean = text.replace(/[^\x21-\x7e]/g, "").replace(/[="\]]/g, "");
  return clean === "" ? "-" : clean.slice(0, most);
}

/** Section 6.3.3: these three are escaped. */
function paramValue(text: string): string {
  return oneLine(text).replace(/["\\\]]/g, "\\$&");
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Cut at the limit, never within a character. */
function whole(octets: Uint8Array): Uint8Array {
  if (octets.length <= mostOctets) return octets;
  let end = mostOctets;
  while (((octets[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return octets.subarray(0, end);
}
