/** What a node of the virtual world has around it: time, trace, network, the calls' plane, and the eyes of the checkers. */
import type { LinkMessage } from "../core/control/link-message.ts";
import type { NodeName } from "../core/identity.ts";
import type { Checkers } from "./checker.ts";
import type { Machines } from "./machines.ts";
import type { Network, Outgoing, Path } from "./network.ts";
import type { Plane } from "./plane.ts";
import type { Random } from "./random.ts";
import type { Schedule } from "./schedule.ts";
import type { Trace } from "./trace.ts";
import type { WorldView } from "./views.ts";

export interface Surroundings {
  readonly schedule: Schedule;
  readonly trace: Trace;
  readonly network: Network;
  readonly machines: Machines;
  readonly plane: Plane | null;
  readonly checkers: Checkers;
  readonly view: WorldView;
  randomOf(name: string): Random;
  transmit(sender: Sender, to: NodeName, path: Path, message: LinkMessage): void;
}

/** As the datagram names it, at the moment of sending. */
export interface Sender {
  readonly name: NodeName;
  readonly boot: number;
  readonly sequence: number;
  readonly outgoing: Outgoing;
}
