/** The cuts of the lab as one node feels them, in words. Pure. */
import type { NodeName } from "../core/identity.ts";
import type { Cut } from "../core/status/node-status.ts";

type Paths = readonly (1 | 2)[];

/** "Cut off from gw-1 both ways." Null where no cut touches this node. */
export function cutsText(cuts: readonly Cut[], name: NodeName): string | null {
  const paths = (from: NodeName, to: NodeName): Paths =>
    [1 as const, 2 as const].filter((path) => cuts.some((cut) => cut.from === from && cut.to === to && cut.path === path));
  const peers = [...new Set(cuts.flatMap(({ from, to }) => (from === name ? [to] : to === name ? [from] : [])))].sort();
  if (peers.length === 0) return null;
  const parts = peers.map((peer) => {
    const out = paths(name, peer);
    const back = paths(peer, name);
    if (out.join() === back.join()) return `${peer} both ways${pathText(out)}`;
    const ways = [out.length > 0 ? `outwards${pathText(out)}` : "", back.length > 0 ? `inwards${pathText(back)}` : ""];
    return `${peer} ${ways.filter((way) => way !== "").join(" and ")}`;
  });
  return `Cut off from ${parts.join(", ")}.`;
}

/** Where both paths are cut there is nothing to tell apart. */
function pathText(paths: Paths): string {
  return paths.length === 2 ? "" : ` on path ${paths[0]}`;
}
