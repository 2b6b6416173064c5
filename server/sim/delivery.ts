/** A datagram on its way: a job of the schedule that hands the message to its receiver. */
import type { LinkMessage } from "../core/control/link-message.ts";
import type { BootId, NodeName } from "../core/identity.ts";
import type { Instant } from "../core/time.ts";
import type { Path } from "./network.ts";
import type { Receiver } from "./receiver.ts";
import type { Job } from "./schedule.ts";
import type { Sender } from "./surroundings.ts";
import type { Trace } from "./trace.ts";
import { overTheWire } from "./wire.ts";

export class Delivery implements Job {
  at: Instant;
  order = 0;
  private readonly trace: Trace;
  private readonly from: NodeName;
  private readonly boot: BootId;
  private readonly sequence: number;
  private readonly to: Receiver;
  private readonly path: Path;
  private readonly message: LinkMessage;

  constructor(
    at: Instant,
    trace: Trace,
    sender: Sender,
    to: Receiver,
    path: Path,
    message: LinkMessage,
    newerMinor: boolean,
    coded: boolean,
  ) {
    this.at = at;
    this.trace = trace;
    this.from = sender.name;
    this.boot = sender.boot;
    this.sequence = sender.sequence;
    this.to = to;
    this.path = path;
    this.message = coded
      ? overTheWire({ from: this.from, boot: this.boot, sequence: this.sequence }, to.name, path, message, newerMinor).message
      : message;
  }

  run(): void {
    const { trace, to, sequence } = this;
    trace.mixInstant(this.at);
    trace.mix(to.number * 1_000_003 + sequence);
    // Nearly always the receiver is up and running: no closure is made then.
    if (to.idle) this.hand();
    else to.handOver(() => this.hand());
  }

  private hand(): void {
    this.to.receive(this.from, this.boot, this.sequence, this.message, this.path);
  }
}
