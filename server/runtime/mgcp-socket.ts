/**
 * One UDP socket that speaks MGCP for a node, in both directions: it hosts the sender and the receiver of at-most-once transactions
 * with a single timer, signs what leaves, and lets in only what is signed by a configured node (or, where allowed, comes unsigned).
 * Whatever arrives, nothing throws: it is counted, and answered with a final error at a bounded rate.
 */
import type { Socket } from "node:dgram";
import type { BootId, NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import { type Authentication, signMessage, tandemLine } from "../protocols/mgcp/authentication.ts";
import { decodeText, refusedParameter } from "../protocols/mgcp/decode.ts";
import { encodeMessage, insertConfirmed, response } from "../protocols/mgcp/encode.ts";
import {
  type Command,
  type Decoded,
  limits,
  type Malformed,
  type Parameters,
  type Response,
  type TransactionId,
} from "../protocols/mgcp/message.ts";
import { createReceiver } from "../protocols/mgcp/receiver.ts";
import { createReplayWindow } from "../protocols/mgcp/replay-window.ts";
import { returnCodeText } from "../protocols/mgcp/return-code.ts";
import { createSender, lanPolicy, type SenderEffect, type SenderPolicy, transactionMaxMs } from "../protocols/mgcp/sender.ts";
import { octetsOf } from "../protocols/mgcp/text.ts";
import { epochRange, nextTransactionId, type TransactionRange } from "../protocols/mgcp/transaction-range.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import type { FaultTable } from "./faults.ts";
import type { LinkKeys } from "./keys.ts";
import { admit, createSecondBudget, nodeAt } from "./mgcp-admission.ts";
import { createOutlet } from "./mgcp-outlet.ts";
import { boundUdpSocket, closeUdpSocket } from "./udp-socket.ts";

export type OutgoingCommand = Omit<Command, "transactionId">;

export interface Destination {
  readonly node: NodeName;
  readonly host: string;
  readonly port: number;
}

export interface RequestOptions {
  /** Given up after so long; at most T-MAX (20 s). */
  readonly deadlineMs?: number;
  /** The epoch that a call server commands in; absent for audits and for a gateway's own commands. */
  readonly epoch?: number;
  /** Asked before every transmission, retransmissions included: false ends the request (the lease may have run out meanwhile). */
  readonly permit?: () => boolean;
  /** ms since the notified event happened: written as X-Event-Age anew at every transmission. */
  readonly eventAgeMs?: () => number;
  /** May share a datagram with others of this turn; the receiver must understand that (RFC 3435 3.5.5), and some gear does not. */
  readonly together?: boolean;
}

export type MgcpResult =
  | {
      readonly kind: "response";
      readonly response: Response;
      /** From the last transmission to the final answer. */
      readonly rttMs: number;
      readonly attempts: number;
      /** Boot of the answering node, where it signed. */
      readonly boot: BootId | null;
    }
  | { readonly kind: "timed-out"; readonly attempts: number }
  | { readonly kind: "not-sent"; readonly reason: "queue-full" | "too-large" | "not-permitted" | "closed" | "abandoned" };

/** What a command handler answers; null = no answer, and the command counts as never received. */
export interface Reply {
  readonly code: number;
  readonly comment?: string;
  readonly parameters?: Parameters;
  readonly bodies?: readonly string[];
}

export interface CommandSource {
  /** The signer, else the node with that address; null = nobody we know. */
  readonly node: NodeName | null;
  readonly host: string;
  readonly port: number;
}

export interface MgcpSocketOptions {
  readonly self: NodeName;
  readonly role: "server" | "gateway";
  readonly bind: HostPort;
  /** MGCP addresses of every node that is spoken with; read at every use. */
  readonly nodes: ReadonlyMap<NodeName, HostPort>;
  readonly keys: LinkKeys;
  readonly boot: BootId;
  readonly clock: Clock;
  readonly faults: FaultTable;
  readonly counters: Counters;
  /** Ids of requests without an epoch: `auditRange(rank, boot)` for a server, `bootRange(boot)` for a gateway. */
  readonly range: TransactionRange;
  /** Nodes that cannot sign (other people's gear): their unsigned commands reach the handler and their unsigned responses count. */
  readonly unsignedNodes?: ReadonlySet<NodeName>;
  readonly policy?: SenderPolicy;
  onCommand(command: Command, from: CommandSource, authentication: Authentication): Reply | null | Promise<Reply | null>;
  /** Max1 retransmissions to that node went unanswered. */
  onSuspect?(node: NodeName): void;
}

export interface MgcpSocket {
  readonly address: HostPort;
  request(to: Destination, command: OutgoingCommand, options?: RequestOptions): Promise<MgcpResult>;
  /** Gives up every request under way, for example on resigning. */
  abandon(): void;
  readonly pending: number;
  close(): Promise<void>;
}

interface Exchange {
  readonly to: Destination;
  readonly transactionId: TransactionId;
  readonly command: OutgoingCommand;
  readonly options: RequestOptions;
  /** Encoded once; null where every transmission differs. */
  readonly text: string | null;
  octets: Uint8Array | null;
  attempts: number;
  sentAt: number;
  readonly settle: (result: MgcpResult) => void;
}

/** Where an answer goes, and whether it may share a datagram: so it may where the command did. */
interface Return extends HostPort {
  readonly together: boolean;
}

const errorRepliesPerSecond = 100;

export async function openMgcpSocket(options: MgcpSocketOptions): Promise<MgcpSocket> {
  return serve(await boundUdpSocket(options.bind), options);
}

function serve(socket: Socket, options: MgcpSocketOptions): MgcpSocket {
  const { self, role, nodes, keys, boot, clock, faults, counters } = options;
  const sender = createSender(options.policy ?? lanPolicy);
  const receiver = createReceiver<Uint8Array>();
  const window = createReplayWindow();
  const outlet = createOutlet(socket, counters);
  const exchanges = new Map<TransactionId, Exchange>();
  const mayAnswerError = createSecondBudget(errorRepliesPerSecond);
  const lastIds = new Map<number, TransactionId>();
  let sequence = 0;
  let timer: NodeJS.Timeout | null = null;
  let timerAt = Number.POSITIVE_INFINITY;
  let closed = false;

  const mono = () => clock.now().mono;

  function sign(text: string, epoch: number): Uint8Array {
    sequence += 1;
    const common = { name: self, boot, sequence };
    return octetsOf(signMessage(text, role === "server" ? { kind: "server", epoch, ...common } : { kind: "gateway", ...common }, keys));
  }

  function transmit(octets: Uint8Array, to: HostPort, node: NodeName | null, together = false): void {
    if (node !== null && faults.blocked(self, node, 1)) counters.add("mgcp.cut");
    else outlet.send(octets, to, together);
  }

  /** Performs what the sender decided. */
  function perform(effects: readonly SenderEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "suspect") {
        options.onSuspect?.(effect.to);
        continue;
      }
      const exchange = exchanges.get(effect.transaction);
      if (exchange === undefined) continue;
      if (effect.kind === "given-up") {
        counters.add("mgcp.timedOut");
        settle(exchange, { kind: "timed-out", attempts: effect.attempts });
      } else if (exchange.options.permit?.() === false) {
        settle(exchange, { kind: "not-sent", reason: "not-permitted" });
        perform(sender.cancel(mono(), exchange.transactionId));
      } else transmitExchange(exchange, effect.attempt);
    }
    arm();
  }

  function settle(exchange: Exchange, result: MgcpResult): void {
    exchanges.delete(exchange.transactionId);
    exchange.settle(result);
  }

  function transmitExchange(exchange: Exchange, attempt: number): void {
    exchange.sentAt = mono();
    exchange.attempts = attempt + 1;
    if (attempt > 0) counters.add("mgcp.retransmitted");
    if (exchange.octets === null || exchange.options.eventAgeMs !== undefined) {
      const confirmed = attempt === 0 ? sender.takeConfirmed(exchange.to.node) : [];
      const text = exchange.text ?? encodeMessage(aged(exchange));
      exchange.octets = sign(confirmed.length === 0 ? text : insertConfirmed(text, confirmed), exchange.options.epoch ?? 0);
    }
    transmit(exchange.octets, exchange.to, exchange.to.node, exchange.options.together);
  }

  /** An error to somebody who may be nobody: at a bounded rate, so that this node is no amplifier. */
  function answerError(code: number, transactionId: TransactionId, to: HostPort, node: NodeName | null): void {
    if (mayAnswerError(mono())) transmit(sign(encodeMessage(response(code, transactionId, returnCodeText(code))), 0), to, node);
  }

  function onDatagram(octets: Buffer, from: HostPort): void {
    counters.add("mgcp.received");
    const results = decodeText(octets.toString("latin1"));
    const back = { ...from, together: results.length > 1 };
    for (const result of results) {
      if (!result.ok) onMalformed(result, from);
      else if (result.message.kind === "command") onCommand(result, result.message, back);
      else onResponse(result, result.message, from);
    }
  }

  function onMalformed(malformed: Malformed, from: HostPort): void {
    counters.add("mgcp.malformed");
    const node = nodeAt(nodes, from.host, from.port);
    if (malformed.transactionId !== null && !(node !== null && faults.blocked(node, self, 1))) {
      answerError(malformed.code, malformed.transactionId, from, node);
    }
  }

  function onCommand(decoded: Decoded, command: Command, from: Return): void {
    const sender = admit(decoded.raw, from, options);
    if (sender === "cut") return;
    if (sender === null) {
      answerError(510, command.transactionId, from, nodeAt(nodes, from.host, from.port));
      return;
    }
    const { node, authentication } = sender;
    const signer = authentication.kind === "signed" ? authentication.signer : null;
    const epoch = signer?.kind === "server" ? signer.epoch : 0;
    const source = signer === null ? `${from.host}:${from.port}` : `${signer.name}/${signer.boot}/${epoch}`;
    const fresh = signer === null || window.admit(signer.name, signer.boot, signer.sequence) === "fresh";
    if (command.parameters.confirmed !== undefined) receiver.confirm(source, command.parameters.confirmed);
    const reception = receiver.accept(mono(), source, command.transactionId);
    switch (reception.kind) {
      case "replay":
        counters.add("mgcp.duplicate");
        transmit(reception.response, from, node, from.together);
        return;
      case "in-progress":
        counters.add("mgcp.duplicate");
        transmit(sign(encodeMessage(response(100, command.transactionId, returnCodeText(100))), 0), from, node);
        return;
      case "overloaded":
        counters.add("mgcp.overloaded");
        answerError(409, command.transactionId, from, node);
        return;
      default:
        if (fresh) execute(command, { node, ...from }, authentication, source);
        else {
          counters.add("mgcp.replayed");
          receiver.withdraw(source, command.transactionId);
        }
    }
  }

  function execute(command: Command, from: CommandSource & Return, authentication: Authentication, source: string): void {
    counters.add("mgcp.commands");
    const finish = (reply: Reply | null): void => {
      if (closed) return;
      if (reply === null) {
        receiver.withdraw(source, command.transactionId);
        return;
      }
      const octets = replyOctets(command.transactionId, reply);
      receiver.respond(mono(), source, command.transactionId, octets);
      transmit(octets, from, from.node, from.together);
      arm();
    };
    const fail = (): void => {
      counters.add("mgcp.handlerFailed");
      finish({ code: 400 });
    };
    const problem = refusedParameter(command.parameters, [tandemLine]);
    if (problem !== null) {
      finish({ code: problem.code, comment: `${returnCodeText(problem.code)}: ${problem.name}` });
      return;
    }
    try {
      const reply = options.onCommand(command, from, authentication);
      if (reply instanceof Promise) reply.then(finish, fail);
      else finish(reply);
    } catch {
      fail();
    }
  }

  function replyOctets(transactionId: TransactionId, reply: Reply): Uint8Array {
    const comment = reply.comment ?? returnCodeText(reply.code);
    const octets = sign(encodeMessage(response(reply.code, transactionId, comment, reply.parameters, reply.bodies)), 0);
    if (octets.length <= limits.datagramOctets) return octets;
    counters.add("mgcp.replyTooLarge");
    return sign(encodeMessage(response(533, transactionId, returnCodeText(533))), 0);
  }

  function onResponse(decoded: Decoded, answer: Response, from: HostPort): void {
    const origin = admit(decoded.raw, from, options);
    if (origin === "cut" || origin === null) return;
    if (answer.code < 100) return;
    const boot = origin.authentication.kind === "signed" ? origin.authentication.signer.boot : null;
    const { reception, effects } = sender.receive(mono(), answer.transactionId, origin.node ?? `${from.host}:${from.port}`, answer.code);
    const exchange = exchanges.get(answer.transactionId);
    if (reception === "final" && exchange !== undefined) {
      const { attempts, sentAt } = exchange;
      settle(exchange, { kind: "response", response: answer, rttMs: mono() - sentAt, attempts, boot });
    } else if (reception !== "provisional") counters.add("mgcp.unexpectedResponse");
    perform(effects);
  }

  function arm(): void {
    const wanted = Math.min(sender.deadline() ?? Number.POSITIVE_INFINITY, receiver.deadline() ?? Number.POSITIVE_INFINITY);
    if (closed || (timer !== null && timerAt <= wanted)) return;
    if (timer !== null) clearTimeout(timer);
    timer = null;
    timerAt = wanted;
    if (wanted === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(
      () => {
        timer = null;
        receiver.tick(mono());
        perform(sender.tick(mono()));
      },
      Math.max(1, Math.ceil(wanted - mono())),
    );
    timer.unref();
  }

  function newTransactionId(epoch: number | undefined): TransactionId {
    const range = epoch === undefined ? options.range : epochRange(epoch);
    let id = lastIds.get(range.first) ?? null;
    do id = nextTransactionId(range, id);
    while (exchanges.has(id));
    lastIds.set(range.first, id);
    return id;
  }

  socket.on("message", (octets, info) => onDatagram(octets, { host: info.address, port: info.port }));
  socket.on("error", () => counters.add("mgcp.socketError"));
  const bound = socket.address();

  return {
    address: { host: bound.address, port: bound.port },

    request(to, command, requestOptions = {}) {
      if (closed) return Promise.resolve({ kind: "not-sent", reason: "closed" });
      const transactionId = newTransactionId(requestOptions.epoch);
      const text = encodeMessage({ ...command, transactionId });
      if (text.length > limits.datagramOctets - limits.headOctets) return Promise.resolve({ kind: "not-sent", reason: "too-large" });
      return new Promise((settle) => {
        exchanges.set(transactionId, {
          to,
          transactionId,
          command,
          options: requestOptions,
          text: requestOptions.eventAgeMs === undefined ? text : null,
          octets: null,
          attempts: 0,
          sentAt: mono(),
          settle,
        });
        const { offer, effects } = sender.send(mono(), transactionId, to.node, requestOptions.deadlineMs ?? transactionMaxMs);
        if (offer === "queue-full" || offer === "id-in-use") {
          counters.add("mgcp.queueFull");
          exchanges.delete(transactionId);
          settle({ kind: "not-sent", reason: "queue-full" });
        } else perform(effects);
      });
    },

    abandon() {
      sender.abandon();
      for (const exchange of [...exchanges.values()]) settle(exchange, { kind: "not-sent", reason: "abandoned" });
    },

    get pending() {
      return exchanges.size;
    },

    async close() {
      if (closed) return;
      closed = true;
      if (timer !== null) clearTimeout(timer);
      outlet.close();
      for (const exchange of [...exchanges.values()]) settle(exchange, { kind: "not-sent", reason: "closed" });
      await closeUdpSocket(socket);
    },
  };
}

/** The command with the age of its event, as it is now. */
function aged({ command, transactionId, options }: Exchange): Command {
  const age = options.eventAgeMs?.() ?? 0;
  return { ...command, transactionId, parameters: { ...command.parameters, eventAgeMs: Math.min(999_999_999, age) } };
}
