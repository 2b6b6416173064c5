/**
 * The switchover that is to happen later. It is kept on the disk, so that a restart does not lose it; at its instant preflight runs again.
 * Invariant: it is taken off the disk before it is carried out, so it happens at most once; one that cannot happen is an alarm, and gone.
 */
import { join } from "node:path";
import type { SwitchoverResult } from "../../core/status/node-status.ts";
import type { MissedSwitchover, ScheduledSwitchover } from "../../core/status/scheduled-switchover.ts";
import { readDurable, removeDurably, writeDurably } from "../../runtime/durable-file.ts";
import type { TandemNode } from "../node.ts";

const lookEveryMs = 200;
/** Later than this after its instant it was missed, not merely late: nobody expects it any more. */
const missedAfterMs = 60_000;
/** So long a console shows one that did not happen, ms. */
const missedShownMs = 24 * 3_600_000;

export interface ScheduleHooks {
  /** Whether this server holds the title now. */
  titled(): boolean;
  carryOut(scheduled: ScheduledSwitchover): SwitchoverResult;
}

export class ScheduledSwitchovers {
  readonly #node: TandemNode;
  readonly #hooks: ScheduleHooks;
  readonly #path: string;
  readonly #timer: NodeJS.Timeout;
  #next: ScheduledSwitchover | null;
  #missed: MissedSwitchover | null = null;

  constructor(node: TandemNode, hooks: ScheduleHooks) {
    this.#node = node;
    this.#hooks = hooks;
    this.#path = join(node.options.data, "scheduled-switchover.json");
    this.#next = this.#stored();
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  get next(): ScheduledSwitchover | null {
    return this.#next;
  }

  /** The last one that did not happen; after a restart only the journal tells of it. */
  get missed(): MissedSwitchover | null {
    return this.#missed !== null && this.#node.clock.now().wall - this.#missed.at < missedShownMs ? this.#missed : null;
  }

  keep(scheduled: ScheduledSwitchover): void {
    writeDurably(this.#path, `${JSON.stringify(scheduled)}\n`);
    this.#next = scheduled;
    this.#missed = null;
    const { to, at, by, reason } = scheduled;
    this.#tell("switchover-scheduled", "note", `A switchover to ${to} is scheduled for ${iso(at)} by ${by}: ${reason}.`, scheduled);
  }

  cancel(by: string, reason: string): void {
    const gone = this.#drop();
    if (gone === null) return;
    this.#tell(
      "scheduled-switchover-cancelled",
      "note",
      `${by} cancelled the switchover to ${gone.to} at ${iso(gone.at)}: ${reason}.`,
      gone,
    );
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #stored(): ScheduledSwitchover | null {
    const octets = readDurable(this.#path);
    if (octets === null) return null;
    try {
      const { id, to, at, by, reason, orderedAt } = JSON.parse(Buffer.from(octets).toString("utf8")) as ScheduledSwitchover;
      if (typeof to === "string" && Number.isFinite(at)) return { id, to, at, by, reason, orderedAt };
    } catch {
      // Said below: nobody may go on relying on it, and the calls do not wait for it.
    }
    this.#node.journal.append("scheduled-switchover-dropped", "alarm", `${this.#path} does not read: what was scheduled is lost.`);
    removeDurably(this.#path);
    return null;
  }

  #look(): void {
    const { wall } = this.#node.clock.now();
    if (this.#next === null || wall < this.#next.at) return;
    const due = this.#drop();
    if (due === null) return;
    const what = `The switchover to ${due.to} that ${due.by} scheduled for ${iso(due.at)}`;
    const dropped = (because: string): void => {
      this.#missed = { ...due, because };
      this.#tell("scheduled-switchover-dropped", "alarm", `${what} does not happen: ${because}.`, due);
    };
    if (wall - due.at > missedAfterMs) {
      dropped("this server did not run then");
      return;
    }
    if (!this.#hooks.titled()) {
      dropped("this server is not the primary");
      return;
    }
    const { accepted, blockers } = this.#hooks.carryOut(due);
    if (accepted) this.#tell("scheduled-switchover-began", "note", `${what} begins.`, due);
    else {
      this.#missed = { ...due, because: "preflight blocked it" };
      this.#tell("scheduled-switchover-blocked", "alarm", `${what} does not happen, preflight blocks it. ${blockers.join(". ")}.`, due);
    }
  }

  #drop(): ScheduledSwitchover | null {
    const gone = this.#next;
    this.#next = null;
    removeDurably(this.#path);
    return gone;
  }

  #tell(what: string, severity: "note" | "alarm", text: string, scheduled: ScheduledSwitchover): void {
    this.#node.journal.appendDurably(what, severity, text, { ...scheduled });
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
