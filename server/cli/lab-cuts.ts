/** The lab's cuts as a person made them, in the words of the Lab page: links between two nodes, their paths, and directions where only one is cut. */
import type { Cut } from "../core/status/node-status.ts";
import { counted } from "../operations/words.ts";

/** One line for each path of a link that is cut: `cs-a ↔ cs-b, path 1`, or `cs-a → cs-b, path 1` where only that direction is. */
export function cutLines(cuts: readonly Cut[]): string[] {
  const present = new Set(cuts.map(directed));
  const told = new Set<string>();
  const lines: string[] = [];
  for (const cut of cuts) {
    if (told.has(directed(cut))) continue;
    const back = directed({ from: cut.to, to: cut.from, path: cut.path });
    told.add(directed(cut)).add(back);
    lines.push(`${cut.from} ${present.has(back) ? "↔" : "→"} ${cut.to}, path ${cut.path}`);
  }
  return lines.sort();
}

/** `1 link is cut, on 2 paths.` */
export function cutsSentence(cuts: readonly Cut[]): string {
  if (cuts.length === 0) return "No link is cut.";
  const links = new Set(cuts.map((cut) => [cut.from, cut.to].sort().join(" "))).size;
  return `${counted(links, "link")} ${links === 1 ? "is" : "are"} cut, on ${counted(cutLines(cuts).length, "path")}.`;
}

function directed(cut: Cut): string {
  return `${cut.from} ${cut.to} ${cut.path}`;
}
