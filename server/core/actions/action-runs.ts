/**
 * Takeover actions (failover.md 11): role changes in, runs out.
 * Invariants: one action at a time; each list in its order, once for each real change; what a promotion began is taken back by the
 * demotion that follows, and when everything has ended the last list begun is that of the present role.
 * A demotion cuts a promotion's list short; a demotion's list is never cut short. A promotion that is over before its list
 * began did nothing, so neither it nor its demotion runs.
 */
import { type Epoch, epochText, sameEpoch } from "../identity.ts";
import type { ActionLists, ActionSpec } from "../site/site.ts";
import type { Severity } from "../timeline/journal-event.ts";
import type { RoleChange } from "./role-change.ts";

/** How one action ended. */
export interface ActionResult {
  readonly outcome: "done" | "failed" | "timed-out" | "stopped";
  /** Why, for people: `exit code 3`, `status 503`. */
  readonly detail: string;
}

export type RunEvent =
  | { readonly kind: "role-changed"; readonly change: RoleChange }
  /** The action that runs has ended, in whatever way. */
  | { readonly kind: "action-ended"; readonly result: ActionResult };

export type RunEffect =
  /** What a restart finds: the epoch whose promotion has begun and was not taken back; null = none. Before anything that follows. */
  | { readonly kind: "store"; readonly promoted: Epoch | null }
  | { readonly kind: "run"; readonly change: RoleChange; readonly index: number; readonly action: ActionSpec }
  /** Stop the action that runs; `action-ended` still follows. */
  | { readonly kind: "stop" }
  | { readonly kind: "journal"; readonly what: string; readonly severity: Severity; readonly text: string };

interface Running {
  readonly change: RoleChange;
  readonly list: readonly ActionSpec[];
  index: number;
  failed: number;
  stopping: boolean;
}

export interface ActionRuns {
  readonly lists: ActionLists;
  running: Running | null;
  /** Changes that wait for the running list: at most a demotion and a promotion. */
  waiting: RoleChange[];
  /** The last real change. */
  present: Pick<RoleChange, "role" | "epoch"> | null;
}

/** `promoted`: what the last run of this server left on its disk, to be taken back by the demotion that the host tells next. */
export function startRuns(lists: ActionLists, promoted: Epoch | null): ActionRuns {
  return { lists, running: null, waiting: [], present: promoted === null ? null : { role: "primary", epoch: promoted } };
}

export function step(runs: ActionRuns, event: RunEvent): RunEffect[] {
  return event.kind === "role-changed" ? changeRole(runs, event.change) : endAction(runs, event.result);
}

function isReal(runs: ActionRuns, change: RoleChange): boolean {
  const { present } = runs;
  if (change.role === "standby") return present?.role === "primary";
  return present?.role !== "primary" || !sameEpoch(present.epoch, change.epoch);
}

function changeRole(runs: ActionRuns, change: RoleChange): RunEffect[] {
  if (!isReal(runs, change)) return [];
  runs.present = { role: change.role, epoch: change.epoch };
  const effects: RunEffect[] = [];
  if (runs.waiting.at(-1)?.role === "primary") {
    const struck = runs.waiting.pop()!;
    effects.push(note("actions-passed-over", "note", `${nameOf(struck)} were not begun: that was over before their turn came.`));
  }
  const last = runs.waiting.at(-1) ?? runs.running?.change ?? null;
  const nothingToTakeBack = change.role === "standby" && last?.role === "standby";
  if (!nothingToTakeBack) runs.waiting.push(change);
  const { running } = runs;
  if (running === null) return [...effects, ...beginNext(runs)];
  if (running.change.role === "primary" && runs.waiting.length > 0 && !running.stopping) {
    running.stopping = true;
    effects.push({ kind: "stop" });
  }
  return effects;
}

function endAction(runs: ActionRuns, result: ActionResult): RunEffect[] {
  const { running } = runs;
  if (running === null) return [];
  const action = running.list[running.index]!;
  const left = running.list.length - running.index - 1;
  if (running.stopping) {
    const rest = left === 0 ? "" : `, and ${actions(left)} left out`;
    const cut = `${nameOf(running.change)} cut short: action ${running.index + 1} ${result.outcome === "stopped" ? "was stopped" : "was the last"}${rest}.`;
    return [note("actions-abandoned", "warn", cut), ...endList(runs)];
  }
  if (result.outcome !== "done") {
    running.failed += 1;
    if (action.blocking) {
      const rest = left === 0 ? "Nothing came after it" : `${actions(left)} left out`;
      const why = `${nameOf(running.change)} failed at action ${running.index + 1}: ${result.detail}. ${rest}.`;
      return [note("actions-blocked", "alarm", why), ...endList(runs)];
    }
  }
  running.index += 1;
  if (running.index < running.list.length) return [runOf(running)];
  const failed = running.failed === 0 ? "" : `, ${running.failed} of them failed`;
  const done = `${nameOf(running.change)} finished: ${actions(running.list.length)}${failed}.`;
  return [note("actions-finished", running.failed === 0 ? "note" : "warn", done), ...endList(runs)];
}

/** A promotion is on record before its first action; a demotion strikes it out after its last one, so that a crash between repeats it. */
function beginNext(runs: ActionRuns): RunEffect[] {
  const change = runs.waiting.shift();
  if (change === undefined) return [];
  const list = change.role === "primary" ? runs.lists.onPromote : runs.lists.onDemote;
  const store: RunEffect[] = change.role === "primary" ? [{ kind: "store", promoted: change.epoch }] : [];
  runs.running = { change, list, index: 0, failed: 0, stopping: false };
  if (list.length === 0) return [...store, ...endList(runs)];
  return [...store, runOf(runs.running)];
}

function endList(runs: ActionRuns): RunEffect[] {
  const ended = runs.running!.change;
  runs.running = null;
  const store: RunEffect[] = ended.role === "standby" ? [{ kind: "store", promoted: null }] : [];
  return [...store, ...beginNext(runs)];
}

function runOf(running: Running): RunEffect {
  return { kind: "run", change: running.change, index: running.index, action: running.list[running.index]! };
}

function note(what: string, severity: Severity, text: string): RunEffect {
  return { kind: "journal", what, severity, text };
}

function nameOf({ role, epoch }: RoleChange): string {
  return `The actions of ${role === "primary" ? "becoming primary at" : "ceasing to be primary at"} epoch ${epochText(epoch)}`;
}

function actions(count: number): string {
  return count === 1 ? "1 action" : `${count} actions`;
}
