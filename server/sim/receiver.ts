/** Who can be at the end of a link. */
import type { LinkMessage } from "../core/control/link-message.ts";
import type { BootId, NodeName } from "../core/identity.ts";

export interface Receiver {
  readonly name: NodeName;
  readonly number: number;
  handOver(job: () => void): void;
  readonly idle: boolean;
  receive(from: NodeName, boot: BootId, sequence: number, message: LinkMessage, path: 1 | 2): void;
}
