/** `npm run bench -- lab`: what the whole lab with 60 calls costs: processor time as a share of one core, and resident memory. */
import { Bounds, say } from "./figures.ts";
import { processUse, settled, startRealLab } from "./real-lab.ts";

const watchedMs = 30_000;

export async function benchLab(): Promise<number> {
  const bounds = new Bounds();
  const began = performance.now();
  const lab = await startRealLab(60);
  try {
    await settled(lab, 60);
    say(`60 calls up ${((performance.now() - began) / 1000).toFixed(1)} s after \`npm start\` (build included)`);
    const before = await processUse(lab);
    await new Promise((done) => setTimeout(done, watchedMs));
    const after = await processUse(lab);
    const cores = (after.cpuSeconds - before.cpuSeconds) / (watchedMs / 1000);
    say(`the whole lab: ${cores.toFixed(2)} cores, ${after.residentMb.toFixed(0)} MB resident`);
    bounds.check("under one core", cores < 1);
    bounds.check("under 1.5 GB", after.residentMb < 1500);
  } finally {
    await lab.stop();
  }
  return bounds.broken;
}
