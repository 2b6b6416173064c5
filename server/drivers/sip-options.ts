/** One OPTIONS to a SIP element (RFC 3261 11): it asks what the element can do and changes nothing. */
import type { SipDestination, SipResult, SipSocket } from "../runtime/sip-exchange.ts";

export interface OptionsQuestion {
  readonly to: SipDestination;
  /** Request-URI, for example `sip:gw-1@10.0.0.5`. */
  readonly uri: string;
  /** Our name: user part of From. */
  readonly sourceName: string;
  readonly deadlineMs: number;
}

export function askOptions(socket: SipSocket, { to, uri, sourceName, deadlineMs }: OptionsQuestion): Promise<SipResult> {
  const { host } = socket.address;
  const name = `sip:${sourceName}@${host.includes(":") ? `[${host}]` : host}`;
  return socket.request(
    to,
    {
      method: "OPTIONS",
      uri,
      headers: [
        ["From", `<${name}>;tag=${socket.newToken()}`],
        ["To", `<${uri}>`],
        ["Call-ID", `${socket.newToken()}@${host}`],
        ["CSeq", "1 OPTIONS"],
      ],
    },
    { deadlineMs },
  );
}
