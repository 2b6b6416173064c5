/** What the lab's buttons do and when they cannot; and its cuts, put together the way a person made them. */
import type { LabNode, LabStatus } from "../../../server/core/status/lab-status.ts";
import type { Cut } from "../../../server/core/status/node-status.ts";

export const labActions = ["kill", "freeze", "thaw", "restart"] as const;
export type LabAction = (typeof labActions)[number];

const verbs: Readonly<Record<LabAction, string>> = { kill: "Kill", freeze: "Freeze", thaw: "Thaw", restart: "Restart" };

/** `Kill cs-a (primary)`: verb, object, and its role where it has one. */
export function actionName(action: LabAction, node: string, role: string | null): string {
  return `${verbs[action]} ${node}${role === null ? "" : ` (${role})`}`;
}

export function actionVerb(action: LabAction): string {
  return verbs[action];
}

/** What the action does to the process, for the button's title. */
export function actionEffect(action: LabAction): string {
  if (action === "kill") return "SIGKILL: the process is gone at once and does not come back by itself";
  if (action === "freeze") return "SIGSTOP: the process exists, but nothing in it moves";
  if (action === "thaw") return "SIGCONT: the frozen process goes on";
  return "ends the process and starts it again on its own data folder";
}

/** Why an action makes no sense in this state; null = it may be done. */
export function actionObjection(action: LabAction, node: LabNode): string | null {
  const running = node.state === "running" || node.state === "starting";
  if (action === "kill") return running || node.state === "frozen" ? null : `${node.name} has no process.`;
  if (action === "freeze")
    return node.state === "running" ? null : node.state === "frozen" ? `${node.name} is frozen already.` : `${node.name} is not running.`;
  if (action === "thaw") return node.state === "frozen" ? null : `${node.name} is not frozen.`;
  return node.state === "starting" ? `${node.name} is starting now.` : null;
}

/** One entry of the list of cuts: a pair, both directions together where both are cut. */
export interface NamedCut {
  readonly a: string;
  readonly b: string;
  readonly path: 1 | 2;
  readonly oneWay: boolean;
}

export function namedCuts(cuts: readonly Cut[]): NamedCut[] {
  const key = (from: string, to: string, path: number): string => `${from} ${to} ${path}`;
  const present = new Set(cuts.map((cut) => key(cut.from, cut.to, cut.path)));
  const named: NamedCut[] = [];
  const told = new Set<string>();
  for (const cut of cuts) {
    if (told.has(key(cut.from, cut.to, cut.path))) continue;
    const both = present.has(key(cut.to, cut.from, cut.path));
    told.add(key(cut.from, cut.to, cut.path));
    if (both) told.add(key(cut.to, cut.from, cut.path));
    named.push({ a: cut.from, b: cut.to, path: cut.path, oneWay: !both });
  }
  return named.sort((x, y) => x.a.localeCompare(y.a) || x.b.localeCompare(y.b) || x.path - y.path);
}

/** `1 link is cut, on 2 paths`: a link joins two nodes and has two paths. */
export function cutsWords(cuts: readonly Cut[]): string {
  const links = new Set(cuts.map((cut) => [cut.from, cut.to].sort().join(" "))).size;
  return `${links} ${links === 1 ? "link is" : "links are"} cut, on ${pathsWords(cuts)}`;
}

/** `2 paths` */
export function pathsWords(cuts: readonly Cut[]): string {
  const paths = namedCuts(cuts).length;
  return `${paths} ${paths === 1 ? "path" : "paths"}`;
}

interface LinkPart {
  readonly a: string;
  readonly b: string;
  readonly path: 1 | 2 | "all";
  readonly oneWay: boolean;
}

/** Whether anything of what the choice names is cut, so that healing it would change something. */
export function isCut(cuts: readonly Cut[], { a, b, path, oneWay }: LinkPart): boolean {
  return cuts.some(
    (cut) => (path === "all" || cut.path === path) && ((cut.from === a && cut.to === b) || (!oneWay && cut.from === b && cut.to === a)),
  );
}

/** The link that people cut first: between the two call servers. */
export function firstLink(nodes: readonly Pick<LabNode, "name" | "kind">[]): readonly [a: string, b: string] {
  const names = nodes.filter((node) => node.kind !== "console").map((node) => node.name);
  const servers = nodes.filter((node) => node.kind === "call-server").map((node) => node.name);
  const [a, b] = servers.length >= 2 ? servers.sort() : names;
  return [a ?? "", b ?? ""];
}

export function cutText(cut: NamedCut): string {
  return `${cut.a} ${cut.oneWay ? "→" : "↔"} ${cut.b}, path ${cut.path}`;
}

/** The page's sentence. */
export function labVerdict(lab: LabStatus | null, primary: string | null): string {
  if (lab === null) return "The lab's supervisor does not answer.";
  const down = lab.nodes.filter((node) => node.state === "killed" || node.state === "exited" || node.state === "frozen");
  const who = primary === null ? "Nobody is primary" : `${primary} is primary`;
  const nodes =
    down.length === 0 ? `all ${lab.nodes.length} nodes run` : `${down.map((node) => `${node.name} is ${node.state}`).join(", ")}`;
  return `${who}; ${nodes}${lab.cuts.length === 0 ? "" : `; ${cutsWords(lab.cuts)}`}.`;
}

export const mostCalls = 2_000;

/** Null = the field holds no number that the lab takes. */
export function parseCalls(value: string): number | null {
  if (!/^\d{1,4}$/.test(value.trim())) return null;
  const calls = Number.parseInt(value, 10);
  return calls <= mostCalls ? calls : null;
}
