/** A datagram on its way: a job of the schedule that hands what was received to its receiver. */
import type { Instant } from "../core/time.ts";
import type { Received, Receiver } from "./receiver.ts";
import type { Job } from "./schedule.ts";
import type { Trace } from "./trace.ts";

export class Delivery implements Job {
  at: Instant;
  order = 0;
  private readonly trace: Trace;
  private readonly to: Receiver;
  private readonly received: Received;

  constructor(at: Instant, trace: Trace, to: Receiver, received: Received) {
    this.at = at;
    this.trace = trace;
    this.to = to;
    this.received = received;
  }

  run(): void {
    const { trace, to, received } = this;
    trace.mixInstant(this.at);
    trace.mix(to.number * 1_000_003 + received.sequence);
    // Nearly always the receiver is up and running: no closure is made then.
    if (to.idle) to.receive(received);
    else this.handLater();
  }

  private handLater(): void {
    this.to.handOver(() => this.to.receive(this.received));
  }
}
