/**
 * The gateway's media path (A13): real RTP, PCMU, a packet each 20 ms, for the connections that have a real port.
 * One timer sends for all streams, on a grid that does not drift; a late tick catches up a few packets, a long stop is skipped.
 * It knows nothing of call servers: media goes on whatever becomes of them.
 */
import type { Socket } from "node:dgram";
import type { GatewayConnection } from "../../core/gateway/connection-table.ts";
import { receiveRtp, suspendRtp } from "../../core/gateway/rtp-receiver.ts";
import { goodbye, readGoodbye, readRtp, rtpHeaderOctets, writeRtpHeader } from "../../protocols/rtp.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Counters } from "../../runtime/counters.ts";
import { boundUdpSocket } from "../../runtime/udp-socket.ts";

const packetMs = 20;
const packetOctets = 160;
const clockRate = 8000;
const pcmu = 0;
/** Packets that one late tick makes up for; what is beyond was never said. */
const mostCatchUp = 10;
const bindAttempts = 5;
const bindAgainMs = 20;
/** G.711 µ-law of silence; what is said does not matter, that it arrives does. */
const payload = new Uint8Array(packetOctets).fill(0xff);

interface Stream {
  readonly connection: GatewayConnection;
  socket: Socket | null;
  readonly ssrc: number;
  sequence: number;
  timestamp: number;
  sending: boolean;
  /** Media time stands still while nothing is sent; this moves it on when sending goes on. */
  pausedAt: number;
  closed: boolean;
}

export interface MediaPathOptions {
  readonly host: string;
  readonly clock: Clock;
  readonly counters: Counters;
}

export class MediaPath {
  private readonly options: MediaPathOptions;
  private readonly streams = new Map<number, Stream>();
  private timer: NodeJS.Timeout | null = null;
  private base = 0;
  private ticks = 0;
  private random = 0x2545f491;
  /** Sequence gaps and losses of every stream since the start, ended ones included. */
  sequenceGaps = 0;
  packetsLost = 0;
  packetsReceived = 0;

  constructor(options: MediaPathOptions) {
    this.options = options;
  }

  get realStreams(): number {
    return this.streams.size;
  }

  /** The connection came, changed, or is gone. @param exists whether it is still in the table */
  update(connection: GatewayConnection, exists: boolean): void {
    let stream = this.streams.get(connection.number);
    if (!exists || !connection.media.real) {
      if (stream !== undefined) this.close(stream);
      return;
    }
    stream ??= this.open(connection);
    const shouldSend = connection.media.flowingSince !== null;
    if (shouldSend && !stream.sending) this.start(stream);
    else if (!shouldSend && stream.sending) this.pause(stream);
    if (connection.released !== null) suspendRtp(connection.media.receiver);
  }

  private open(connection: GatewayConnection): Stream {
    const stream: Stream = {
      connection,
      socket: null,
      ssrc: this.nextRandom(),
      sequence: this.nextRandom() & 0xffff,
      timestamp: this.nextRandom(),
      sending: false,
      pausedAt: this.options.clock.now().mono,
      closed: false,
    };
    this.streams.set(connection.number, stream);
    this.bind(stream, bindAttempts);
    return stream;
  }

  /** The port may still be closing after the stream that had it before. */
  private bind(stream: Stream, attemptsLeft: number): void {
    const { host, counters } = this.options;
    boundUdpSocket({ host, port: stream.connection.localPort }).then(
      (socket) => {
        socket.on("error", () => counters.add("rtp.socketErrors"));
        if (stream.closed) {
          socket.close();
          return;
        }
        stream.socket = socket;
        socket.on("message", (octets, from) => this.receive(stream, octets, from.address, from.port));
      },
      () => {
        counters.add("rtp.bindFailed");
        if (attemptsLeft > 1 && !stream.closed) setTimeout(() => this.bind(stream, attemptsLeft - 1), bindAgainMs);
      },
    );
  }

  private start(stream: Stream): void {
    const now = this.options.clock.now().mono;
    const pausedPackets = Math.round((now - stream.pausedAt) / packetMs);
    stream.timestamp = (stream.timestamp + pausedPackets * packetOctets) >>> 0;
    stream.sending = true;
    if (this.timer !== null) return;
    this.base = now;
    this.ticks = 0;
    this.schedule();
  }

  private pause(stream: Stream): void {
    stream.sending = false;
    stream.pausedAt = this.options.clock.now().mono;
    this.sayGoodbye(stream);
  }

  private close(stream: Stream): void {
    if (stream.sending) this.sayGoodbye(stream);
    stream.sending = false;
    stream.closed = true;
    this.streams.delete(stream.connection.number);
    // What was sent in this turn is out before the socket closes.
    const { socket } = stream;
    if (socket !== null) setImmediate(() => socket.close());
  }

  /** Tells the receiver that the silence which follows is meant. */
  private sayGoodbye(stream: Stream): void {
    this.transmit(stream, Buffer.from(goodbye(stream.ssrc)));
  }

  private transmit(stream: Stream, octets: Buffer): boolean {
    const { socket, connection } = stream;
    if (socket === null || connection.remote === null) return false;
    try {
      socket.send(octets, connection.remote.port, connection.remote.host, (error) => {
        if (error !== null) this.options.counters.add("rtp.sendFailed");
      });
      return true;
    } catch {
      this.options.counters.add("rtp.sendFailed");
      return false;
    }
  }

  private schedule(): void {
    const due = this.base + (this.ticks + 1) * packetMs;
    this.timer = setTimeout(() => this.tick(), Math.max(0, due - this.options.clock.now().mono));
  }

  private tick(): void {
    this.timer = null;
    const now = this.options.clock.now().mono;
    const reached = Math.floor((now - this.base) / packetMs);
    let packets = reached - this.ticks;
    this.ticks = reached;
    if (packets > mostCatchUp) {
      const skipped = packets - mostCatchUp;
      this.options.counters.add("rtp.ticksSkipped", skipped);
      for (const stream of this.streams.values()) stream.timestamp = (stream.timestamp + skipped * packetOctets) >>> 0;
      packets = mostCatchUp;
    }
    let sending = false;
    for (const stream of this.streams.values()) {
      if (!stream.sending) continue;
      sending = true;
      for (let i = 0; i < packets; i++) this.sendPacket(stream);
    }
    if (sending) this.schedule();
  }

  private sendPacket(stream: Stream): void {
    const octets = Buffer.allocUnsafe(rtpHeaderOctets + packetOctets);
    writeRtpHeader(octets, { payloadType: pcmu, marker: false, sequence: stream.sequence, timestamp: stream.timestamp, ssrc: stream.ssrc });
    octets.set(payload, rtpHeaderOctets);
    stream.timestamp = (stream.timestamp + packetOctets) >>> 0;
    // A packet that never left is no gap for the receiver.
    if (!this.transmit(stream, octets)) return;
    stream.sequence = (stream.sequence + 1) & 0xffff;
    stream.connection.media.packetsSent += 1;
    stream.connection.media.octetsSent += packetOctets;
  }

  private receive(stream: Stream, octets: Uint8Array, host: string, port: number): void {
    const { connection } = stream;
    const { counters, clock } = this.options;
    const expected = connection.remote;
    if (expected !== null && (expected.port !== port || expected.host !== host)) {
      counters.add("rtp.stray");
      return;
    }
    const { receiver } = connection.media;
    const packet = readRtp(octets);
    if (packet === null) {
      if (readGoodbye(octets) === null) counters.add("rtp.malformed");
      else suspendRtp(receiver);
      return;
    }
    // The party has hung up: what still comes is not listened to.
    if (connection.released !== null) return;
    this.packetsReceived += 1;
    const missing = receiveRtp(receiver, packet, clock.now().mono, clockRate);
    if (missing === 0) return;
    this.sequenceGaps += 1;
    this.packetsLost += missing;
  }

  /** Xorshift: identifiers of streams need to differ, not to be secret. */
  private nextRandom(): number {
    this.random ^= this.random << 13;
    this.random ^= this.random >>> 17;
    this.random ^= this.random << 5;
    return ((this.random ^ Math.floor(this.options.clock.now().wall)) >>> 0) as number;
  }

  async shutDown(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (const stream of [...this.streams.values()]) this.close(stream);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
