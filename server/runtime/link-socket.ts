/**
 * One UDP socket of Tandem's link: one for each path of a node.
 * It lets in only authenticated, fresh datagrams of configured nodes that are meant for this node and path; all else is counted
 * and dropped. It stamps arrival first and departure before sending, because promises and leases are counted from these instants.
 * Answers go to the configured address of a node, never to where a datagram came from. No datagram and no send error ever throws.
 */
import type { Socket } from "node:dgram";
import type { Envelope, LinkMessage } from "../core/control/link-message.ts";
import type { BootId, NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import type { Instant, Now } from "../core/time.ts";
import { unreachable } from "../core/unreachable.ts";
import { createLinkCodec, type LinkErrorCode, type LinkPath } from "../protocols/link/codec.ts";
import { ReplayGuard } from "../protocols/link/replay-guard.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import type { FaultTable } from "./faults.ts";
import type { LinkKeys } from "./keys.ts";
import { boundUdpSocket, closeUdpSocket } from "./udp-socket.ts";

/** Boot and sequence numbers of one node, shared by all its paths: no two datagrams of one boot have the same sequence. */
export interface LinkOrigin {
  readonly boot: BootId;
  nextSequence(): number;
}

export function createLinkOrigin(boot: BootId): LinkOrigin {
  let sequence = 0;
  return {
    boot,
    nextSequence() {
      sequence += 1;
      return sequence;
    },
  };
}

export interface LinkSocketOptions {
  readonly self: NodeName;
  readonly cluster: string;
  readonly path: LinkPath;
  /** Port 0 lets the system choose; see `LinkSocket.address`. */
  readonly bind: HostPort;
  readonly keys: LinkKeys;
  readonly clock: Clock;
  readonly origin: LinkOrigin;
  /** Every other node that is spoken with on this path, and its address on this path. Read at every use, so it may change. */
  readonly nodes: ReadonlyMap<NodeName, HostPort>;
  readonly faults: FaultTable;
  readonly counters: Counters;
  onMessage(envelope: Envelope, message: LinkMessage, receivedAt: Now, path: LinkPath): void;
  /** Told in words what the counters only count, at most once a second. */
  onProblem?(text: string): void;
}

export interface Sent {
  readonly sequence: number;
  /** Taken before the datagram was made; a lease counts from here. */
  readonly sentAt: Instant;
}

export interface LinkSocket {
  readonly path: LinkPath;
  readonly address: HostPort;
  /** Never throws. A datagram that is cut, or that cannot be sent, is like one lost on the way. */
  send(to: NodeName, message: LinkMessage): Sent;
  close(): Promise<void>;
}

const maxSendQueue = 1000;
const problemEveryMs = 1000;

export async function openLinkSocket(options: LinkSocketOptions): Promise<LinkSocket> {
  const { self, path, bind, keys, clock, origin, nodes, faults, counters } = options;
  const codec = createLinkCodec({ cluster: options.cluster, signingKeyId: keys.signingKeyId, mac: (id, bytes) => keys.mac(id, bytes) });
  const guard = new ReplayGuard();
  const problem = problemTeller(options);
  const socket = await boundUdpSocket(bind);
  const sendFailed = (error: Error | null): void => {
    if (error === null) return;
    counters.add("link.sendFailed");
    problem(`link path ${path}: cannot send: ${(error as { code?: string }).code ?? error.message}`);
  };

  /** The name of the counter that says what became of the datagram. */
  const receive = (datagram: Uint8Array, receivedAt: Now): string => {
    const decoded = codec.decode(datagram);
    if (!decoded.ok) return counterOf(decoded.error);
    const { envelope, message } = decoded.frame;
    if (!nodes.has(envelope.from)) return "link.unknownSender";
    if (decoded.frame.to !== self || decoded.frame.path !== path) return "link.misdirected";
    if (faults.blocked(envelope.from, self, path)) return "link.cut";
    if (guard.check(envelope.from, envelope.boot, envelope.sequence) !== "fresh") return "link.replayed";
    options.onMessage(envelope, message, receivedAt, path);
    return "link.accepted";
  };
  socket.on("message", (datagram) => {
    const receivedAt = clock.now();
    counters.add("link.received");
    counters.add(receive(datagram, receivedAt));
  });
  socket.on("error", sendFailed);

  const bound = socket.address();
  return {
    path,
    address: { host: bound.address, port: bound.port },
    send(to, message) {
      const sentAt = clock.now().mono;
      const sent = { sequence: origin.nextSequence(), sentAt };
      const address = nodes.get(to);
      if (address === undefined) {
        counters.add("link.unknownRecipient");
        return sent;
      }
      if (faults.blocked(self, to, path)) {
        counters.add("link.cut");
        return sent;
      }
      const encoded = codec.encode({ envelope: { from: self, boot: origin.boot, sequence: sent.sequence }, to, path, message });
      if (!encoded.ok) {
        counters.add("link.unencodable");
        problem(`link path ${path}: ${message.kind} to ${to} has no form on the wire: ${encoded.field}`);
        return sent;
      }
      transmit(socket, encoded.datagram, address, counters, sendFailed);
      return sent;
    },
    close: () => closeUdpSocket(socket),
  };
}

function transmit(socket: Socket, datagram: Uint8Array, to: HostPort, counters: Counters, done: (error: Error | null) => void): void {
  try {
    if (socket.getSendQueueCount() >= maxSendQueue) {
      counters.add("link.sendDropped");
      return;
    }
    socket.send(datagram, to.port, to.host, done);
    counters.add("link.sent");
  } catch (error) {
    done(error as Error);
  }
}

function counterOf(error: LinkErrorCode): string {
  switch (error) {
    case "bad-mac":
      return "link.badMac";
    case "unknown-key":
      return "link.unknownKey";
    case "version":
      return "link.otherVersion";
    case "wrong-cluster":
      return "link.otherCluster";
    case "unknown-kind":
      return "link.unknownKind";
    case "too-short":
    case "bad-magic":
    case "malformed":
    case "trailing":
      return "link.malformed";
    default:
      return unreachable(error);
  }
}

/** A datagram storm must not become a log storm. */
function problemTeller(options: LinkSocketOptions): (text: string) => void {
  let toldAt: Instant | null = null;
  return (text) => {
    const now = options.clock.now().mono;
    if (options.onProblem === undefined || (toldAt !== null && now - toldAt < problemEveryMs)) return;
    toldAt = now;
    options.onProblem(text);
  };
}
