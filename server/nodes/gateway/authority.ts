/**
 * Whom the gateway obeys: only its owner, at the granted epoch and boot, while the promise runs (failover.md 2).
 * The journal gets the first command obeyed of each reign and, when that reign ends, the last one with its instant,
 * so that the intervals of two owners can be compared afterwards. Refusals are counted, and journalled at a bounded rate.
 */
import { type BootId, type Epoch, epochText, sameEpoch } from "../../core/identity.ts";
import type { Now } from "../../core/time.ts";
import type { Authentication } from "../../protocols/mgcp/authentication.ts";
import type { Command } from "../../protocols/mgcp/message.ts";
import type { TandemNode } from "../node.ts";
import { RateLimit } from "../rate-limit.ts";
import type { LinkAgent } from "../witness/link-agent.ts";

interface Reign {
  readonly epoch: Epoch;
  readonly boot: BootId;
  readonly first: Now;
  last: Now;
  commands: number;
}

export class Authority {
  private readonly node: TandemNode;
  private readonly agent: LinkAgent;
  private readonly journalled = new RateLimit(10, 1_000);
  private reign: Reign | null = null;

  constructor(node: TandemNode, agent: LinkAgent) {
    this.node = node;
    this.agent = agent;
  }

  /** Why this command must not be obeyed; null = obeyed, and noted. */
  refusalOf(command: Command, authentication: Authentication): string | null {
    const signer = authentication.kind === "signed" ? authentication.signer : null;
    if (signer === null || signer.kind !== "server") return this.refuse(command, "unsigned", "no server signed it");
    const epoch = { number: signer.epoch, server: signer.name };
    const why = this.agent.refusalOf(epoch, signer.boot);
    if (why !== null) return this.refuse(command, `${epochText(epoch)}, boot ${signer.boot}`, why);
    this.obey(command, epoch, signer.boot);
    return null;
  }

  private refuse(command: Command, from: string, why: string): string {
    const { counters, journal, clock } = this.node;
    counters.add("mgcp.refused");
    if (this.journalled.allows(clock.now().mono)) {
      journal.append("command-refused", "warn", `${command.verb} from ${from} was refused: ${why}.`, {
        from,
        verb: command.verb,
        endpoint: command.endpoint,
        transactionId: command.transactionId,
        reason: why,
        granted: this.agent.epoch,
      });
    }
    return why;
  }

  private obey(command: Command, epoch: Epoch, boot: BootId): void {
    const now = this.node.clock.now();
    this.agent.noteObeyed(epoch.server, now);
    if (this.reign !== null && sameEpoch(this.reign.epoch, epoch) && this.reign.boot === boot) {
      this.reign.last = now;
      this.reign.commands += 1;
      return;
    }
    this.endReign();
    this.reign = { epoch, boot, first: now, last: now, commands: 1 };
    this.node.journal.append(
      "command-obeyed",
      "note",
      `First command of ${epochText(epoch)} obeyed: ${command.verb} ${command.endpoint}.`,
      {
        epoch,
        boot,
        verb: command.verb,
        endpoint: command.endpoint,
        transactionId: command.transactionId,
        atMono: now.mono,
        atWall: now.wall,
      },
    );
  }

  /** Another epoch was granted, or the promise ran out, or the owner let go. */
  endReign(): void {
    const reign = this.reign;
    if (reign === null) return;
    this.reign = null;
    this.node.journal.append(
      "last-command-obeyed",
      "note",
      `${reign.commands} ${reign.commands === 1 ? "command" : "commands"} of ${epochText(reign.epoch)} obeyed, the last at ${new Date(reign.last.wall).toISOString()}.`,
      {
        epoch: reign.epoch,
        boot: reign.boot,
        commands: reign.commands,
        firstAtMono: reign.first.mono,
        lastAtMono: reign.last.mono,
        lastAtWall: reign.last.wall,
      },
    );
  }
}
