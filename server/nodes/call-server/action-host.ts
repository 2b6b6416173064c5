/**
 * Performs takeover actions (failover.md 11): plans come from core/actions, programs and requests from the runtime.
 * What was promoted is on the disk, so that the next run of this server takes back what a crash left behind.
 */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { bodyOf, environmentOf } from "../../core/actions/action-context.ts";
import { type ActionRuns, type RunEffect, type RunEvent, startRuns, step } from "../../core/actions/action-runs.ts";
import { type RoleChange, RoleChanges } from "../../core/actions/role-change.ts";
import type { Fact, MemberEffect } from "../../core/control/member-state.ts";
import type { Epoch } from "../../core/identity.ts";
import { actionsOf, actionText } from "../../core/site/parse-actions.ts";
import type { ActionSpec, ServerSpec } from "../../core/site/site.ts";
import { unreachable } from "../../core/unreachable.ts";
import { readDurable, writeDurably } from "../../runtime/durable-file.ts";
import { type ActionReport, type ActionRun, runProgram } from "../../runtime/exec-action.ts";
import { runRequest } from "../../runtime/http-action.ts";
import { readSecret } from "../../runtime/site-file.ts";
import type { TandemNode } from "../node.ts";

/** The calls go first: to start a program stops the event loop for some milliseconds, and that of a takeover has more urgent things to do. */
const promoteAfterMs = 100;
/** A server that stops as primary has this long for its actions, and an action that is stopped this long to end: a node closes within 2 s. */
const closeLimitMs = 1_200;
const stopLimitMs = 600;

export class ActionHost {
  readonly #node: TandemNode;
  readonly #path: string;
  readonly #changes: RoleChanges;
  readonly #runs: ActionRuns;
  readonly #any: boolean;
  /** Planned, not yet begun. */
  readonly #effects: RunEffect[] = [];
  #running: ActionRun | null = null;
  #onIdle: (() => void) | null = null;
  #closed = false;

  constructor(node: TandemNode, spec: ServerSpec) {
    this.#node = node;
    this.#path = join(node.options.data, "actions.json");
    this.#changes = new RoleChanges(node.name);
    const lists = actionsOf(node.site, spec);
    this.#any = lists.onPromote.length + lists.onDemote.length > 0;
    this.#runs = startRuns(lists, this.#any ? readPromoted(this.#path) : null);
  }

  /** Takes back what the last run left behind, and says now what could not be done later. */
  open(): void {
    const { present, lists } = this.#runs;
    for (const action of [...lists.onPromote, ...lists.onDemote]) this.#check(action);
    if (present === null) return;
    const { name, clock } = this.#node;
    const reason = `${name} was primary when its process ended.`;
    this.#change({ role: "standby", epoch: present.epoch, cause: "restarted", reason, previous: name, next: null, at: clock.now().wall });
  }

  onFact(fact: Fact): void {
    this.#changes.note(fact);
  }

  onChangeOfRole(effect: Extract<MemberEffect, { kind: "promoted" | "demoted" }>): void {
    this.#change(this.#changes.changed(effect, this.#node.clock.now().wall));
  }

  /** After the last command and keepalive: a primary that stops is primary no more. What is not done in time is done at the next start. */
  async close(): Promise<void> {
    const { present } = this.#runs;
    const { name, clock } = this.#node;
    if (present?.role === "primary") {
      const reason = `${name} was asked to stop.`;
      this.#change({ role: "standby", epoch: present.epoch, cause: "stopped", reason, previous: name, next: null, at: clock.now().wall });
    }
    await new Promise((resolve) => setImmediate(resolve));
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    if (this.#runs.running !== null) await within(idle, closeLimitMs);
    this.#closed = true;
    if (this.#running === null) return;
    this.#running.stop();
    await within(this.#running.done, stopLimitMs);
  }

  #change(change: RoleChange): void {
    if (this.#any) this.#deliver({ kind: "role-changed", change });
  }

  #deliver(event: RunEvent): void {
    if (this.#closed) return;
    this.#effects.push(...step(this.#runs, event));
    const promoted = event.kind === "role-changed" && event.change.role === "primary";
    if (promoted) setTimeout(() => this.#flush(), promoteAfterMs);
    else setImmediate(() => this.#flush());
  }

  #flush(): void {
    for (const effect of this.#effects.splice(0)) this.#perform(effect);
    if (this.#runs.running === null) this.#onIdle?.();
  }

  #perform(effect: RunEffect): void {
    if (this.#closed) return;
    const { journal, counters, log } = this.#node;
    switch (effect.kind) {
      case "store":
        try {
          writeDurably(this.#path, `${JSON.stringify({ promoted: effect.promoted })}\n`);
        } catch (error) {
          counters.add("actions.storeFailed");
          log.error("storing which actions have begun", error);
        }
        return;
      case "run":
        this.#run(effect);
        return;
      case "stop":
        this.#running?.stop();
        return;
      case "journal":
        journal.append(effect.what, effect.severity, effect.text);
        return;
      default:
        unreachable(effect);
    }
  }

  #run({ action, change, index }: Extract<RunEffect, { kind: "run" }>): void {
    this.#node.counters.add("actions.run");
    const run = this.#start(action, change);
    this.#running = run;
    void run.done.then((report) => {
      this.#running = null;
      if (this.#closed) return;
      this.#tell(action, change, index, report);
      this.#deliver({ kind: "action-ended", result: { outcome: report.outcome, detail: report.detail } });
    });
  }

  #start(action: ActionSpec, change: RoleChange): ActionRun {
    const { site, name, options, clock } = this.#node;
    const place = { site: site.site, cluster: site.cluster, server: name };
    const { timeoutMs } = action;
    if (action.kind === "exec") {
      return runProgram({ command: action.command, environment: environmentOf(change, place), folder: options.data, timeoutMs });
    }
    const { url, method } = action;
    try {
      const secret = action.secret === null ? null : readSecret(action.secret, options.config);
      const body = JSON.stringify(bodyOf(change, place));
      return runRequest({ url, method, secret, body, timeoutMs, unixSeconds: Math.floor(clock.now().wall / 1000) });
    } catch (error) {
      const detail = (error as Error).message;
      return { done: Promise.resolve({ outcome: "failed", detail, output: "", outputOctets: 0, tookMs: 0 }), stop() {} };
    }
  }

  #tell(action: ActionSpec, change: RoleChange, index: number, report: ActionReport): void {
    const { journal } = this.#node;
    const { outcome, detail, tookMs } = report;
    const done = outcome === "done";
    if (!done) this.#node.counters.add("actions.failed");
    const text = `Action ${index + 1} of becoming ${change.role}: ${actionText(action)}: ${done ? "done" : detail}, ${tookMs} ms.`;
    const { role, epoch, cause } = change;
    journal.append(done ? "action-done" : "action-failed", done ? "note" : "warn", text, { role, epoch, cause, index, ...report });
  }

  /** Better heard at the start than in the night when it is needed. */
  #check(action: ActionSpec): void {
    try {
      if (action.kind === "exec") accessSync(action.command[0] ?? "", constants.X_OK);
      else if (action.secret !== null) readSecret(action.secret, this.#node.options.config);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      this.#node.journal.append("action-not-possible", "warn", `The action ${actionText(action)} could not be done now: ${why}.`);
    }
  }
}

function within(done: Promise<unknown>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, limitMs);
    void done.then(() => {
      clearTimeout(limit);
      resolve();
    });
  });
}

/** A file that does not read stands for a promotion nobody knows of: only a whole one is acted on. */
function readPromoted(path: string): Epoch | null {
  try {
    const octets = readDurable(path);
    const { promoted } = JSON.parse(octets === null ? "{}" : Buffer.from(octets).toString("utf8")) as { promoted?: Partial<Epoch> | null };
    const known = typeof promoted?.number === "number" && typeof promoted.server === "string";
    return known ? { number: promoted.number as number, server: promoted.server as string } : null;
  } catch {
    return null;
  }
}
