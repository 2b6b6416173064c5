/** How an audit asks a gateway over MGCP, whichever socket carries it: one question at a time, with a deadline, told to whoever listens. */
import type { GatewaySpec } from "../core/site/site.ts";
import { encodeMessage } from "../protocols/mgcp/encode.ts";
import type { Clock } from "../runtime/clock.ts";
import type { MgcpResult, MgcpSocket, OutgoingCommand } from "../runtime/mgcp-socket.ts";
import type { Exchanged } from "./auditor.ts";

/** unreachable: the host is up, and nobody listens there (ICMP port unreachable, RFC 3435 4.3). */
export type AskResult = MgcpResult | { readonly kind: "unreachable" };

export interface MgcpAsker {
  ask(command: OutgoingCommand, onExchange?: (exchanged: Exchanged) => void): Promise<AskResult>;
  /** Datagrams' worth of messages sent so far, retransmissions included. */
  readonly packets: number;
  /** How many questions may be under way at once. */
  readonly window: number;
}

/** Questions may be given up sooner than commands. */
export const questionDeadlineMs = 3_000;
/** Of the 64 commands that may be under way to a gateway, the rest stays free for those of calls. */
const ownWindow = 48;

/** Tandem's own gateways: signed, and several questions to a datagram. */
export function askOwnGateway(spec: Pick<GatewaySpec, "name" | "mgcp">, socket: MgcpSocket, clock: Clock): MgcpAsker {
  const to = { node: spec.name, ...spec.mgcp };
  let packets = 0;
  return {
    window: ownWindow,
    get packets() {
      return packets;
    },
    async ask(command, onExchange) {
      onExchange?.({ at: clock.now().mono, sent: true, text: commandText(command) });
      const result = await socket.request(to, command, { deadlineMs: questionDeadlineMs, together: true });
      packets += result.kind === "not-sent" ? 0 : result.attempts;
      onExchange?.({ at: clock.now().mono, sent: false, text: answerText(result) });
      return result;
    },
  };
}

/** Without its transaction id, which is the socket's affair. */
export function commandText(command: OutgoingCommand): string {
  return withoutSecrets(encodeMessage({ ...command, transactionId: 0 }).replace(" 0 ", " "));
}

export function answerText(result: AskResult): string {
  switch (result.kind) {
    case "response":
      return withoutSecrets(encodeMessage(result.response));
    case "timed-out":
      return `no answer to ${result.attempts} transmissions`;
    case "not-sent":
      return `not sent: ${result.reason}`;
    case "unreachable":
      return "nobody listens there";
  }
}

/** Media keys may stand in a description (RFC 4566 5.12, RFC 4568), and a signature is nothing to read. */
function withoutSecrets(text: string): string {
  return text
    .replace(/^(k=|a=crypto:|X-Tandem:.*;mac=).*$/gim, "$1(left out)")
    .replaceAll("\r\n", "\n")
    .trimEnd();
}
