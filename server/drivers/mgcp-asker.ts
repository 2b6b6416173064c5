/** How an audit asks a gateway over MGCP, whichever socket carries it: one question at a time, with a deadline, told to whoever listens. */
import type { GatewaySpec } from "../core/site/site.ts";
import { encodeMessage } from "../protocols/mgcp/encode.ts";
import type { Clock } from "../runtime/clock.ts";
import type { MgcpSocket, OutgoingCommand } from "../runtime/mgcp-socket.ts";
import type { PlainMgcpResult, PlainMgcpSocket } from "../runtime/plain-mgcp-socket.ts";
import type { Exchanged } from "./auditor.ts";
import type { CommandAuthority } from "./gateway-driver.ts";

export type AskResult = PlainMgcpResult;

export interface AskOptions {
  readonly onExchange?: (exchanged: Exchanged) => void;
  readonly deadlineMs?: number;
  /** Under which a command is sent; a question needs none. */
  readonly authority?: CommandAuthority;
  /** May share a datagram with other questions of this turn. */
  readonly together?: boolean;
}

export interface MgcpAsker {
  ask(command: OutgoingCommand, options?: AskOptions): Promise<AskResult>;
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
    async ask(command, { onExchange, deadlineMs = questionDeadlineMs } = {}) {
      onExchange?.({ at: clock.now().mono, sent: true, text: commandText(command) });
      const result = await socket.request(to, command, { deadlineMs, together: true });
      packets += result.kind === "not-sent" ? 0 : result.attempts;
      onExchange?.({ at: clock.now().mono, sent: false, text: answerText(result) });
      return result;
    },
  };
}

/** Few at a time: gear of others may have to speak with its own call agent meanwhile. */
const foreignWindow = 8;

/** Gear that Tandem did not make: unsigned, one message to a datagram unless asked otherwise. */
export function askForeignGear(socket: PlainMgcpSocket, clock: Clock): MgcpAsker {
  let packets = 0;
  return {
    window: foreignWindow,
    get packets() {
      return packets;
    },
    async ask(command, { onExchange, deadlineMs = questionDeadlineMs, authority, together = false } = {}) {
      onExchange?.({ at: clock.now().mono, sent: true, text: commandText(command) });
      const under = authority === undefined ? {} : { epoch: authority.epoch, permit: authority.permit };
      const result = await socket.request(command, { deadlineMs: authority?.deadlineMs ?? deadlineMs, together, ...under });
      packets += result.kind === "response" || result.kind === "timed-out" ? result.attempts : 0;
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
    case "no-way":
      return result.reason;
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
