/** The console's own process, found through the lab's supervisor. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LabStatus } from "../../server/core/status/lab-status.ts";

export async function consolePid(): Promise<number> {
  const folder = process.env.TANDEM_DATA;
  if (folder === undefined) throw new Error("TANDEM_DATA must name the data folder of the lab under test");
  const { port } = JSON.parse(readFileSync(join(folder, "lab.json"), "utf8")) as { port: number };
  const token = readFileSync(join(folder, "keys/operator.token"), "utf8").trim();
  const reply = await fetch(`http://127.0.0.1:${port}/lab`, { headers: { authorization: `Bearer ${token}` } });
  const lab = (await reply.json()) as LabStatus;
  const pid = lab.nodes.find((node) => node.kind === "console")?.pid ?? null;
  if (pid === null) throw new Error("the lab runs no console");
  return pid;
}
