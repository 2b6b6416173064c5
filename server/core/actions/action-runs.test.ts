import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActionSpec } from "../site/site.ts";
import { type ActionResult, type ActionRuns, type RunEffect, type RunEvent, startRuns, step } from "./action-runs.ts";
import type { RoleChange } from "./role-change.ts";

const done: ActionResult = { outcome: "done", detail: "exit code 0" };
const failed: ActionResult = { outcome: "failed", detail: "exit code 3" };

function action(word: string, blocking = false): ActionSpec {
  return { kind: "exec", command: [`/${word}`], timeoutMs: 1000, blocking };
}

function change(role: RoleChange["role"], number: number): RoleChange {
  return { role, epoch: { number, server: "cs-a" }, cause: "requested", reason: "test", previous: null, next: null, at: 0 };
}

const promoted = (number: number): RunEvent => ({ kind: "role-changed", change: change("primary", number) });
const demoted = (number: number): RunEvent => ({ kind: "role-changed", change: change("standby", number) });
const ended = (result: ActionResult): RunEvent => ({ kind: "action-ended", result });

/** What it does, in words that are short enough to compare. */
function words(effects: readonly RunEffect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === "run") return `run ${effect.action.kind === "exec" ? effect.action.command[0] : ""} ${effect.change.epoch.number}`;
    if (effect.kind === "store") return `store ${effect.promoted?.number ?? "none"}`;
    return effect.kind === "stop" ? "stop" : `${effect.what} ${effect.severity}`;
  });
}

function play(runs: ActionRuns, events: readonly RunEvent[]): string[][] {
  return events.map((event) => words(step(runs, event)));
}

const lists = { onPromote: [action("up-1", true), action("up-2")], onDemote: [action("down-1")] };

describe("takeover actions", () => {
  test("run in order, once for each real change", () => {
    const runs = startRuns(lists, null);
    expect(play(runs, [promoted(1), promoted(1), ended(done), ended(done), promoted(1), demoted(1), demoted(1), ended(done)])).toEqual([
      ["store 1", "run /up-1 1"],
      [],
      ["run /up-2 1"],
      ["actions-finished note"],
      [],
      ["run /down-1 1"],
      [],
      ["actions-finished note", "store none"],
    ]);
  });

  test("a demotion that was no promotion before is none", () => {
    expect(play(startRuns(lists, null), [demoted(1)])).toEqual([[]]);
  });

  test("a failure that blocks leaves out the rest and is an alarm; another does not", () => {
    const runs = startRuns(lists, null);
    expect(play(runs, [promoted(1), ended(failed), demoted(1), ended(done), promoted(2), ended(done), ended(failed)])).toEqual([
      ["store 1", "run /up-1 1"],
      ["actions-blocked alarm"],
      ["run /down-1 1"],
      ["actions-finished note", "store none"],
      ["store 2", "run /up-1 2"],
      ["run /up-2 2"],
      ["actions-finished warn"],
    ]);
  });

  test("a demotion stops what runs, leaves out the rest, and comes next", () => {
    const stopped: ActionResult = { outcome: "stopped", detail: "stopped" };
    expect(play(startRuns(lists, null), [promoted(1), demoted(1), ended(stopped), ended(done)])).toEqual([
      ["store 1", "run /up-1 1"],
      ["stop"],
      ["actions-abandoned warn", "run /down-1 1"],
      ["actions-finished note", "store none"],
    ]);
  });

  test("a promotion that is over before its turn came does nothing, nor does its demotion", () => {
    const runs = startRuns(lists, null);
    expect(play(runs, [promoted(1), ended(done), ended(done), demoted(1), promoted(2), demoted(2), ended(done)]).slice(3)).toEqual([
      ["run /down-1 1"],
      [],
      ["actions-passed-over note"],
      ["actions-finished note", "store none"],
    ]);
  });

  test("a restart takes back what the last run had promoted", () => {
    expect(play(startRuns(lists, { number: 7, server: "cs-a" }), [demoted(7), ended(done)])).toEqual([
      ["run /down-1 7"],
      ["actions-finished note", "store none"],
    ]);
    expect(play(startRuns(lists, null), [demoted(7)])).toEqual([[]]);
  });
});

interface Step {
  readonly move: "promote" | "promote-again" | "demote" | "done" | "fail" | "stopped";
}

const anyList = (word: string) =>
  fc.array(fc.boolean(), { maxLength: 4 }).map((blocking) => blocking.map((one, index) => action(`${word}-${index}`, one)));

/** Checks each rule while the machine is driven at random; returns what began and what was struck out. */
class Watcher {
  readonly begun: RoleChange[] = [];
  readonly finished: string[] = [];
  struck = 0;
  stored: number | null = null;
  #running: { change: RoleChange; index: number } | null = null;
  readonly #lists: { onPromote: readonly ActionSpec[]; onDemote: readonly ActionSpec[] };

  constructor(given: { onPromote: readonly ActionSpec[]; onDemote: readonly ActionSpec[] }) {
    this.#lists = given;
  }

  get busy(): boolean {
    return this.#running !== null;
  }

  take(event: RunEvent, effects: readonly RunEffect[]): void {
    const before = this.#running;
    if (event.kind === "action-ended") this.#running = null;
    for (const effect of effects) {
      if (effect.kind === "store") this.stored = effect.promoted?.number ?? null;
      if (effect.kind === "journal" && effect.what === "actions-passed-over") this.struck += 1;
      if (effect.kind !== "run") continue;
      // Never two at once.
      expect(this.#running).toBeNull();
      const list = effect.change.role === "primary" ? this.#lists.onPromote : this.#lists.onDemote;
      expect(effect.action).toBe(list[effect.index]);
      if (effect.index === 0) {
        this.begun.push(effect.change);
      } else {
        // In order, nothing twice, nothing between.
        expect(before).toEqual({ change: effect.change, index: effect.index - 1 });
      }
      if (effect.change.role === "primary") expect(this.stored).toBe(effect.change.epoch.number);
      this.#running = { change: effect.change, index: effect.index };
    }
  }
}

describe("whatever comes", () => {
  const steps = fc.array(fc.record<Step>({ move: fc.constantFrom("promote", "promote-again", "demote", "done", "fail", "stopped") }), {
    maxLength: 60,
  });

  test("one at a time, in order, once for each real change, and the end agrees with the role", () => {
    fc.assert(
      fc.property(anyList("up"), anyList("down"), steps, (onPromote, onDemote, moves) => {
        const runs = startRuns({ onPromote, onDemote }, null);
        const watcher = new Watcher({ onPromote, onDemote });
        let epoch = 0;
        let primary = false;
        const real: RoleChange[] = [];
        const give = (event: RunEvent): void => watcher.take(event, step(runs, event));
        for (const { move } of moves) {
          if (move === "promote" || move === "promote-again") {
            const again = move === "promote-again" && primary;
            if (!again) epoch += 1;
            const event = promoted(epoch);
            if (!again) real.push((event as { change: RoleChange }).change);
            primary = true;
            give(event);
          } else if (move === "demote") {
            const event = demoted(epoch);
            if (primary) real.push((event as { change: RoleChange }).change);
            primary = false;
            give(event);
          } else if (watcher.busy) {
            give(ended({ outcome: move === "fail" ? "failed" : move === "stopped" ? "stopped" : "done", detail: "" }));
          }
          expect(runs.waiting.length).toBeLessThanOrEqual(2);
        }
        for (let turns = 0; watcher.busy; turns += 1) {
          expect(turns).toBeLessThan(20);
          give(ended(done));
        }
        expect(runs).toMatchObject({ running: null, waiting: [] });
        // Each at most once, and in the order in which the role changed.
        const places = watcher.begun.map((one) => real.indexOf(one));
        expect(places).not.toContain(-1);
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        // What is on record is the role.
        expect(watcher.stored).toBe(primary ? epoch : null);
        const last = watcher.begun.at(-1);
        const has = { primary: onPromote.length > 0, standby: onDemote.length > 0 };
        if (has.primary && has.standby && last !== undefined) expect(last.role).toBe(primary ? "primary" : "standby");
        // What was taken back once is not taken back again.
        const roles = watcher.begun.map((one) => one.role);
        if (has.primary) expect(roles.some((role, index) => role === "standby" && roles[index - 1] !== "primary")).toBe(false);
        // Nothing is left out but a promotion that was over too early, with the demotion that ended it.
        if (has.primary && has.standby) {
          const leftOut = real.filter((one) => !watcher.begun.includes(one));
          expect(leftOut.filter((one) => one.role === "primary").length).toBe(watcher.struck);
          expect(leftOut.filter((one) => one.role === "standby").length).toBeLessThanOrEqual(watcher.struck);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
