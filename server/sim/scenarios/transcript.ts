/**
 * From the trace to a transcript that a person reads: what decides something, not every beat on the way,
 * and what several nodes do alike at nearly the same instant in one line.
 */

const never = [
  " keepalive-missed",
  " primary-queried",
  " listening-ended",
  " lease-ran-out",
  " ran out",
  " guard-changed",
  " demoted",
  " promoted",
  " release-confirmed",
];
/** Words of a step that stands right above in the transcript anyway. */
const echoed =
  / (crashes|restarts|reboots|freezes|thaws|wakes with its machine|is suspended with its machine|is cut off from everybody|is healed|restarts with an empty disk|stands still for .*)$/;
const asked = / can (no longer reach|reach) | clock runs at | wall clock jumps | is asked to hand | is told | an operator cancels/;

/** Lines alike within this many ms become one. */
const togetherMs = 20;

interface Said {
  readonly at: number;
  readonly who: string[];
  readonly before: string;
  readonly things: string[];
  readonly after: string;
}

export function transcript(lines: readonly string[]): string[] {
  const said: Said[] = [];
  for (const line of lines) {
    if (!notable(line)) continue;
    const next = parse(line);
    const like = said.findLast((one) => next.at - one.at <= togetherMs && joins(one, next));
    if (like === undefined) said.push(next);
    else if (next.things.length > 0) like.things.push(...next.things);
    else like.who.push(...next.who);
  }
  return said.map(print);
}

function notable(line: string): boolean {
  return !never.some((words) => line.includes(words)) && !echoed.test(line) && !asked.test(line);
}

function parse(line: string): Said {
  const at = Number(line.slice(0, 8));
  const [who = "", ...words] = line.slice(10).trim().split(/\s+/);
  const what = words.join(" ");
  const thing = /^(owns|loses|client-admitted|epoch-raised \S+) ([\w-]+)(.*)$/.exec(what);
  if (thing) return { at, who: [who], before: `${thing[1]} `, things: [thing[2] ?? ""], after: thing[3] ?? "" };
  return { at, who: [who], before: what, things: [], after: "" };
}

const alike = /^(grants|renews|released from|stores|admitted)/;

function joins(one: Said, next: Said): boolean {
  if (one.before !== next.before || one.after !== next.after) return false;
  if (next.things.length > 0) return one.who[0] === next.who[0] && !one.things.includes(next.things[0] ?? "");
  return alike.test(next.before) && !one.who.includes(next.who[0] ?? "");
}

function print({ at, who, before, things, after }: Said): string {
  const names = [...who].sort();
  return `${at.toFixed(1).padStart(8)}  ${names.join(" ").padEnd(6)} ${before}${[...things].sort().join(" ")}${after}`;
}
