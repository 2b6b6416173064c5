/**
 * What osmo-mgw (1.10) prints on its VTY for `show mgcp stats` and `show mgcp active`: the only place where it lists its connections.
 * Total: any text gives a listing, or the line that is not understood. A connection line that cannot be read is never skipped:
 * whoever reads the listing would take the connection for gone. Every other unknown line is.
 */

export interface VtyConnection {
  readonly endpoint: string;
  /** As the call agent gave it. */
  readonly callId: string | null;
  /** Hex digits, as in MGCP's `I:`. */
  readonly connectionId: string;
  /** `host:port`; null while no remote description was given. */
  readonly remoteAddress: string | null;
  /** What follows is told by `stats` only. */
  readonly packetsSent: number | null;
  readonly octetsSent: number | null;
  readonly packetsReceived: number | null;
  readonly octetsReceived: number | null;
  /** Encoding name, for example `PCMU`. */
  readonly codec: string | null;
  readonly ptimeMs: number | null;
}

export interface VtyListing {
  readonly connections: readonly VtyConnection[];
  /** Endpoints that have a section of their own: all of them in `stats`, those with connections in `active`. */
  readonly sections: number;
  /** How many the trunks say they have. */
  readonly endpoints: number;
}

export type VtyResult =
  | { readonly ok: true; readonly value: VtyListing }
  | { readonly ok: false; readonly reason: string; readonly line: number };

export const vtyLimits = { octets: 16_777_216, lines: 1_000_000, lineOctets: 500, connections: 50_000 } as const;

type Draft = { -readonly [K in keyof VtyConnection]: VtyConnection[K] };

const trunkLine = /^[A-Za-z0-9 ]{1,40} with (\d{1,6}) endpoints:$/;
const endpointLine = /^[A-Za-z0-9 ]{1,40} endpoint ([\x21-\x7e]{1,255}):$/;
const connectionLine =
  /^CONN: \(([\x21-\x7e]{1,64}|\(null\))\/[a-z]{1,16}, id:0x([0-9A-Fa-f]{1,32}), ip:(\S{1,64}), rtp:(\d{1,5}) rtcp:\d{1,5}\)/;

export function parseVtyListing(text: string): VtyResult {
  if (text.length > vtyLimits.octets) return { ok: false, reason: `longer than ${vtyLimits.octets} octets`, line: 0 };
  const connections: Draft[] = [];
  let endpoint: string | null = null;
  let sections = 0;
  let endpoints = 0;
  let number = 0;
  for (const raw of linesOf(text)) {
    number += 1;
    if (number > vtyLimits.lines) return { ok: false, reason: `more than ${vtyLimits.lines} lines`, line: number };
    const line = raw.slice(0, vtyLimits.lineOctets).trim();
    if (line === "") continue;
    const isHeading = line.endsWith(":");
    const trunk = isHeading ? trunkLine.exec(line) : null;
    const section = isHeading && trunk === null ? endpointLine.exec(line) : null;
    if (trunk !== null) endpoints += Number(trunk[1]);
    else if (section !== null) {
      endpoint = section[1] as string;
      sections += 1;
    } else if (line.startsWith("CONN:")) {
      const made = endpoint === null ? null : connectionOf(endpoint, line);
      if (made === null) return { ok: false, reason: "a connection that cannot be read", line: number };
      if (connections.push(made) > vtyLimits.connections) return { ok: false, reason: "too many connections", line: number };
    } else if (line.startsWith("Rate counters")) endpoint = null;
    else if (endpoint !== null) readDetail(connections[connections.length - 1], endpoint, line);
  }
  return { ok: true, value: { connections, sections, endpoints } };
}

/** One after another, so that a hostile text is not taken apart at once. */
function* linesOf(text: string): Generator<string> {
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf("\n", from);
    yield text.slice(from, end < 0 ? text.length : end);
    if (end < 0) return;
    from = end + 1;
  }
}

function connectionOf(endpoint: string, line: string): Draft | null {
  const match = connectionLine.exec(line);
  if (match === null) return null;
  const [, callId, connectionId, host, port] = match as unknown as [string, string, string, string, string];
  return {
    endpoint,
    callId: callId === "(null)" ? null : callId,
    connectionId,
    remoteAddress: host === "(null)" || port === "0" ? null : `${host.includes(":") ? `[${host}]` : host}:${port}`,
    packetsSent: null,
    octetsSent: null,
    packetsReceived: null,
    octetsReceived: null,
    codec: null,
    ptimeMs: null,
  };
}

/** Counters and codec of the connection above; a line that says something else is left alone. */
function readDetail(connection: Draft | undefined, endpoint: string, line: string): void {
  // Most lines are none of these: a hostile listing of short ones shall not cost four searches each.
  if (connection?.endpoint !== endpoint || !line.includes(": ")) return;
  const sent = /^Packets Sent: (\d{1,15}) \((\d{1,15}) bytes total\)/.exec(line);
  const received = /^Packets Received: (\d{1,15}) \((\d{1,15}) bytes total\)/.exec(line);
  const duration = /\bPacket Duration: (\d{1,4})\b/.exec(line);
  const named = /\bSub-Type: ([A-Za-z0-9._-]{1,32})/.exec(line);
  if (sent !== null) [connection.packetsSent, connection.octetsSent] = [Number(sent[1]), Number(sent[2])];
  else if (received !== null) [connection.packetsReceived, connection.octetsReceived] = [Number(received[1]), Number(received[2])];
  else if (duration !== null && duration[1] !== "0") connection.ptimeMs = Number(duration[1]);
  else if (named !== null) connection.codec = named[1] as string;
}
