/** What each step of a scenario does to the virtual world. */
import type { LinkMessage } from "../../core/control/link-message.ts";
import { admitAbstaining, cancelSwitchover, changeVoters, failoverNow, guard, override, pause, recall, switchover } from "../orders.ts";
import {
  crash,
  crashInStep,
  cut,
  freeze,
  healAll,
  isolate,
  jumpWall,
  reboot,
  restart,
  resumeMachine,
  setRate,
  stallBeforeSend,
  starve,
  suspend,
  thaw,
  wipe,
} from "../verbs.ts";
import type { World } from "../world.ts";
import { expectation, untilStep } from "./expectations.ts";
import { numberOf, type Step, wordOf } from "./script.ts";

export interface Player {
  world: World | null;
  switchoverId: string | null;
  readonly failures: string[];
}

type Perform = (player: Player, world: World, step: Step) => void;

const onNode =
  (verb: (world: World, name: string) => void): Perform =>
  (_player, world, step) =>
    verb(world, wordOf(step, 0));

export const steps: Readonly<Record<string, Perform>> = {
  run: (_player, world, step) => world.run(numberOf(step, 0)),
  crash: onNode(crash),
  restart: onNode(restart),
  freeze: onNode(freeze),
  thaw: onNode(thaw),
  suspend: onNode((world, name) => suspend(world, name)),
  "resume-machine": onNode(resumeMachine),
  wipe: onNode(wipe),
  reboot: onNode(reboot),
  isolate: onNode(isolate),
  stall: (_player, world, step) => stallBeforeSend(world, wordOf(step, 0), numberOf(step, 1)),
  "crash-in-step": (_player, world, step) => crashInStep(world, wordOf(step, 0), numberOf(step, 1)),
  starve: (_player, world, step) => starve(world, wordOf(step, 0), numberOf(step, 1), numberOf(step, 2)),
  cut: (_player, world, step) => cut(world, wordOf(step, 0), wordOf(step, 1), pathOf(step)),
  "cut-both": (_player, world, step) => {
    cut(world, wordOf(step, 0), wordOf(step, 1));
    cut(world, wordOf(step, 1), wordOf(step, 0));
  },
  heal: (_player, world, step) => {
    if (step.words.length === 0) healAll(world);
    else world.network.healBetween(wordOf(step, 0), wordOf(step, 1));
  },
  loss: (_player, world, step) => onLinks(world, step, 1, (link) => Object.assign(link, { loss: numberOf(step, 0) / 100 })),
  delay: (_player, world, step) =>
    onLinks(world, step, 2, (link) => Object.assign(link, { delayMs: [numberOf(step, 0), numberOf(step, 1)] as const })),
  clock: (_player, world, step) => {
    const what = wordOf(step, 1);
    if (what === "rate") setRate(world, wordOf(step, 0), numberOf(step, 2) / 100);
    else if (what === "jump") jumpWall(world, wordOf(step, 0), numberOf(step, 2));
    else throw new Error(`line ${step.line}: a clock has a rate or a jump, no ${what}`);
  },
  drop: (_player, world, step) => world.interceptors.drop(kindOf(step), wordOf(step, 1), wordOf(step, 2), numberOf(step, 3)),
  hold: (_player, world, step) => world.interceptors.hold(kindOf(step), wordOf(step, 1), wordOf(step, 2), numberOf(step, 3)),
  switchover: (player, world, step) => {
    player.switchoverId = switchover(world, 0, wordOf(step, 0), step.words[1]?.split(",") ?? null);
  },
  recall: (_player, world, step) => recall(world, 0, wordOf(step, 0).split(",")),
  cancel: (player, world) => cancelSwitchover(world, 0, player.switchoverId ?? "none"),
  "failover-now": onNode(failoverNow),
  override: onNode(override),
  pause: (_player, world, step) => pause(world, 0, step.words.length === 0 ? null : numberOf(step, 0)),
  resume: (_player, world) => guard(world, 0, { kind: "resume" }),
  acknowledge: (_player, world) => guard(world, 0, { kind: "acknowledge" }),
  admit: (_player, world) => admitAbstaining(world, 0),
  voters: (_player, world, step) => {
    const name = wordOf(step, 1);
    changeVoters(world, 0, wordOf(step, 0) === "add" ? { add: name, remove: null } : { add: null, remove: name });
  },
  expect: (player, world, step) => {
    const problem = expectation(world, step.words, step.line);
    if (problem !== null) player.failures.push(`line ${step.line}: ${problem}`);
  },
  until: (player, world, step) => {
    const problem = untilStep(world, step);
    if (problem !== null) player.failures.push(`line ${step.line}: ${problem}`);
  },
};

function pathOf(step: Step): 1 | 2 | null {
  const word = step.words[2];
  if (word === undefined) return null;
  if (word !== "1" && word !== "2") throw new Error(`line ${step.line}: there is no path ${word}`);
  return word === "1" ? 1 : 2;
}

/** The kinds are the core's own; a misspelt one would match nothing, so it is looked at here. */
function kindOf(step: Step): LinkMessage["kind"] {
  const kind = wordOf(step, 0);
  if (!kinds.has(kind)) throw new Error(`line ${step.line}: there is no message ${kind}`);
  return kind as LinkMessage["kind"];
}

const kinds: ReadonlySet<string> = new Set<LinkMessage["kind"]>([
  "keepalive",
  "claim",
  "answer",
  "query",
  "query-reply",
  "vote-request",
  "vote",
  "release",
  "released",
  "admit",
  "handover",
  "voter-set",
  "guard",
]);

function onLinks(world: World, step: Step, from: number, change: (link: object) => void): void {
  const names = [...world.servers.keys(), ...world.voters.keys()];
  const a = step.words[from];
  const b = step.words[from + 1];
  for (const one of a === undefined ? names : [a]) {
    for (const other of b === undefined ? names : [b]) {
      if (one === other) continue;
      for (const path of [1, 2] as const) {
        change(world.network.link(one, other, path));
        if (a !== undefined) change(world.network.link(other, one, path));
      }
    }
  }
}
