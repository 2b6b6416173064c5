/**
 * The language of scenarios, parsed. Lines beginning with `> ` are steps, `#` is commentary, everything else is what came of it.
 * The simulator plays the steps in a virtual world; the runner of real processes plays the same steps in network namespaces.
 *
 *   site servers=2 gateways=3 witnesses=2 [clusters=1] [phones=0] [partition=survive|strict] [merge=…] [failback=…] [limit=K] [seed=N]
 *        [keepalive=MS] [miss=N] [suspect=N] [lease=MS] [promise=MS] [lease.SERVER=MS]
 *   run MS
 *   crash N, restart N, freeze N, thaw N, suspend N, resume-machine N, wipe N, reboot GW
 *   stall N MS                  its next datagram leaves so much later than it was stamped
 *   crash-in-step N EFFECTS     its next step dies after so many effects
 *   starve N MS LAG             its jobs run up to LAG ms late
 *   cut A B [PATH]              one way; cut-both A B; isolate N; heal [A B]
 *   loss PERCENT [A B], delay MIN MAX [A B]
 *   clock N rate PERCENT, clock N jump MS
 *   drop KIND FROM TO COUNT     the next COUNT messages of that kind are lost; `*` is any node
 *   hold KIND FROM TO MS        the next one is delayed by that much
 *   switchover TO [GW,GW…], recall GW[,GW…], cancel, failover-now S, override S, pause [MS], resume, acknowledge, voters add|remove N, admit
 *   expect title N|none, expect owner GW N|none, expect said TEXT, expect not-said TEXT, expect state N KIND
 *   until title N|none within MS, until owner GW N|none within MS
 */

export interface Step {
  readonly line: number;
  readonly verb: string;
  readonly words: readonly string[];
  /** `key=value` words, in order. */
  readonly settings: ReadonlyMap<string, string>;
  /** Everything after the verb, as written. */
  readonly rest: string;
}

export type ScriptLine =
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "empty" }
  | { readonly kind: "step"; readonly text: string; readonly step: Step };

/** Number of words that each verb needs at least and takes at most; settings do not count. */
const verbs: Readonly<Record<string, readonly [number, number]>> = {
  site: [0, 0],
  run: [1, 1],
  crash: [1, 1],
  restart: [1, 1],
  freeze: [1, 1],
  thaw: [1, 1],
  suspend: [1, 1],
  "resume-machine": [1, 1],
  wipe: [1, 1],
  reboot: [1, 1],
  stall: [2, 2],
  "crash-in-step": [2, 2],
  starve: [3, 3],
  cut: [2, 3],
  "cut-both": [2, 2],
  isolate: [1, 1],
  heal: [0, 2],
  loss: [1, 3],
  delay: [2, 4],
  clock: [3, 3],
  drop: [4, 4],
  hold: [4, 4],
  switchover: [1, 2],
  recall: [1, 1],
  cancel: [0, 0],
  "failover-now": [1, 1],
  override: [1, 1],
  pause: [0, 1],
  resume: [0, 0],
  acknowledge: [0, 0],
  admit: [0, 0],
  voters: [2, 2],
  expect: [2, Number.POSITIVE_INFINITY],
  until: [4, 5],
};

/** Throws, naming the line, where a step is not of the language. */
export function parseScript(text: string): ScriptLine[] {
  const lines: ScriptLine[] = [];
  for (const [i, raw] of text.split("\n").entries()) {
    const line = raw.trimEnd();
    if (line.startsWith("#")) lines.push({ kind: "comment", text: line });
    else if (line.startsWith("> ")) lines.push({ kind: "step", text: line, step: parseStep(line, i + 1) });
    else if (line === "") lines.push({ kind: "empty" });
  }
  return lines;
}

function parseStep(text: string, line: number): Step {
  const [verb = "", ...all] = text.slice(2).trim().split(/\s+/);
  const settings = new Map<string, string>();
  const words: string[] = [];
  for (const word of all) {
    const at = verb === "expect" ? -1 : word.indexOf("=");
    if (at > 0) settings.set(word.slice(0, at), word.slice(at + 1));
    else words.push(word);
  }
  const limits = verbs[verb];
  if (limits === undefined) throw new Error(`line ${line}: there is no step ${verb}`);
  if (words.length < limits[0] || words.length > limits[1])
    throw new Error(`line ${line}: ${verb} takes ${limits.join(" to ")} words: ${text}`);
  return { line, verb, words, settings, rest: text.slice(2).trim().slice(verb.length).trim() };
}

/** A word of a step that must be a number. */
export function numberOf(step: Step, at: number): number {
  const word = step.words[at] ?? "";
  const value = Number(word);
  if (word === "" || !Number.isFinite(value)) throw new Error(`line ${step.line}: ${step.verb} needs a number, not ${word}`);
  return value;
}

export function wordOf(step: Step, at: number): string {
  const word = step.words[at];
  if (word === undefined) throw new Error(`line ${step.line}: ${step.verb} needs another word`);
  return word;
}
