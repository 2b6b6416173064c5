/** Passes an operator's request for a switchover on to the primary over the link, and waits for its reply (B8). */
import type { LinkMessage, SwitchoverReply } from "../core/control/link-message.ts";
import type { NodeName } from "../core/identity.ts";
import type { SwitchoverResult } from "../core/status/node-status.ts";
import type { Journal } from "../runtime/journal.ts";

export interface SwitchoverAsk {
  readonly switchoverId: string;
  readonly to: NodeName | null;
  readonly reason: string;
  readonly by: string;
  readonly dryRun: boolean;
}

export function refusedSwitchover({ switchoverId }: Pick<SwitchoverAsk, "switchoverId">, blocker: string): SwitchoverResult {
  return { accepted: false, switchoverId, plan: null, blockers: [blocker] };
}

const repeatMs = 300;
const repeats = 10;
const maxAsks = 16;

interface Pending {
  readonly settle: (result: SwitchoverResult) => void;
  timer: NodeJS.Timeout;
}

export class SwitchoverRelay {
  private readonly journal: Journal;
  private readonly send: (to: NodeName, message: LinkMessage) => void;
  private readonly pending = new Map<string, Pending>();

  constructor(journal: Journal, send: (to: NodeName, message: LinkMessage) => void) {
    this.journal = journal;
    this.send = send;
  }

  /** The same id may be sent again and again: the primary carries it out once. */
  ask(primary: NodeName, ask: SwitchoverAsk): Promise<SwitchoverResult> {
    const { switchoverId, to, reason, by } = ask;
    const result = (blocker: string) => refusedSwitchover(ask, blocker);
    this.journal.append("switchover-requested", "note", `${by} asks for a switchover: ${reason}. Passed on to ${primary}.`, {
      ...ask,
      primary,
    });
    if (this.pending.has(switchoverId)) return Promise.resolve(result("This request is already under way."));
    if (this.pending.size >= maxAsks) return Promise.resolve(result("Too many requests are under way here."));
    return new Promise((resolve) => {
      let sent = 0;
      const again = (): void => {
        if (sent >= repeats) {
          this.finish(switchoverId, result(`${primary} did not answer.`));
          return;
        }
        sent += 1;
        this.send(primary, { kind: "switchover-request", switchoverId, to, reason, by });
        const waiting = this.pending.get(switchoverId);
        if (waiting !== undefined) waiting.timer = setTimeout(again, repeatMs);
      };
      this.pending.set(switchoverId, { settle: resolve, timer: setTimeout(again, 0) });
    });
  }

  reply(message: SwitchoverReply): void {
    const { switchoverId, accepted, blockers } = message;
    this.finish(switchoverId, { accepted, switchoverId, plan: null, blockers });
  }

  private finish(switchoverId: string, result: SwitchoverResult): void {
    const waiting = this.pending.get(switchoverId);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.pending.delete(switchoverId);
    waiting.settle(result);
  }

  close(): void {
    for (const [id, waiting] of this.pending) {
      clearTimeout(waiting.timer);
      waiting.settle(refusedSwitchover({ switchoverId: id }, "The node is stopping."));
    }
    this.pending.clear();
  }
}
