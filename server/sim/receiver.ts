/** Who can be at the end of a link, and what it is handed. */
import type { MemberEvent } from "../core/control/member-state.ts";
import type { NodeName } from "../core/identity.ts";

/** The envelope of a datagram and what was in it: the event of a server's machine as it is. */
export type Received = Extract<MemberEvent, { kind: "received" }>;

export interface Receiver {
  readonly name: NodeName;
  readonly number: number;
  handOver(job: () => void): void;
  readonly idle: boolean;
  receive(received: Received): void;
}
