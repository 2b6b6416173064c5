/** `npm run bench -- forged`: 100,000 random and forged datagrams at each link and MGCP port of a lab that carries calls. */
import { flood, refusedAt, targetsOf } from "./acceptance/forged.ts";
import { Bounds, say } from "./figures.ts";
import { primaryOf, serverStatus, settled, startRealLab } from "./real-lab.ts";

const calls = 60;

export async function benchForged(words: readonly string[]): Promise<number> {
  const perPort = Number(words[words.indexOf("--datagrams") + 1]) || 100_000;
  const bounds = new Bounds();
  const lab = await startRealLab(calls);
  try {
    const [primary] = await settled(lab, calls);
    const { epoch } = await serverStatus(lab, primary);
    const pids = (await lab.control.status()).nodes.map(({ pid }) => pid);
    const began = performance.now();
    await flood(lab, perPort);
    say(`${perPort} datagrams at each of ${targetsOf(lab).length} ports in ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const nodes = [...new Set(targetsOf(lab).map(({ node }) => node))];
    const refused = await Promise.all(nodes.map((node) => refusedAt(lab, node)));
    for (const [index, node] of nodes.entries()) say(`  ${node.padEnd(8)} ${refused[index]} refused`);
    bounds.check(
      "every node refused and counted",
      refused.every((count) => count > perPort / 4),
    );
    bounds.check("no node died", JSON.stringify((await lab.control.status()).nodes.map(({ pid }) => pid)) === JSON.stringify(pids));
    bounds.check(
      "the same primary at the same epoch",
      (await primaryOf(lab)) === primary && (await serverStatus(lab, primary)).epoch.number === epoch.number,
    );
  } finally {
    await lab.stop();
  }
  return bounds.broken;
}
