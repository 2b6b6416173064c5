/** `npm run bench -- starved`: four busy loops on the machine for a minute; the title must not change hands. */
import { type ChildProcess, spawn } from "node:child_process";
import { Bounds, say } from "./figures.ts";
import { gatewayStatuses, primaryOf, serverStatus, settled, startRealLab } from "./real-lab.ts";

const calls = 60;
const loops = 4;
const busyMs = 60_000;

export async function benchStarved(): Promise<number> {
  const bounds = new Bounds();
  const lab = await startRealLab(calls);
  const busy: ChildProcess[] = [];
  try {
    const [primary] = await settled(lab, calls);
    const { epoch } = await serverStatus(lab, primary);
    for (let loop = 0; loop < loops; loop += 1) busy.push(spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
    const began = performance.now();
    let orphaned = 0;
    let looks = 0;
    while (performance.now() - began < busyMs) {
      const gateways = await gatewayStatuses(lab);
      looks += gateways.length;
      orphaned += gateways.filter(({ state }) => state !== "owned").length;
      await new Promise((done) => setTimeout(done, 100));
    }
    const running = busy.filter(({ exitCode }) => exitCode === null).length;
    say(`${running} busy loops for ${busyMs / 1000} s, ${looks} looks at a gateway`);
    bounds.check("the busy loops ran all the time", running === loops);
    bounds.check("no gateway without an owner", orphaned === 0);
    bounds.check("the same primary at the same epoch", (await primaryOf(lab)) === primary);
    bounds.check("no change of control", (await serverStatus(lab, primary)).epoch.number === epoch.number);
  } finally {
    for (const loop of busy) loop.kill("SIGKILL");
    await lab.stop();
  }
  return bounds.broken;
}
