/** The command line as a process, over fake nodes: a site whose nodes answer as a test says, and no console. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { stringify } from "yaml";
import { FakeFleet } from "../../operations/testing/fake-fleet.ts";
import { type FakeNodes, fakeToken, serveFakes } from "../../operations/testing/fake-nodes.ts";
import { fakeGateway, fakeReport, fakeServer, fakeSite, fakeWitness } from "../../operations/testing/fake-site.ts";
import { siteDocument } from "../../operations/testing/site-document.ts";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Shell {
  readonly fleet: FakeFleet;
  readonly folder: string;
  readonly tandem: (...words: string[]) => Promise<Ended>;
}

/** For all tests of a file; before each everything is well again: cs-a primary, cs-b ready. */
export function aShell(): Shell {
  const fleet = new FakeFleet();
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-cli-"));
  let nodes: FakeNodes;
  beforeAll(async () => {
    nodes = await serveFakes(fleet, ["cs-a", "cs-b", "gw-1", "gw-2", "wit-1"]);
    const site = siteDocument(fakeSite(nodes.ports)) as object;
    writeFileSync(path.join(folder, "tandem.yaml"), stringify({ ...site, console: "127.0.0.1:9" }));
  });
  beforeEach(() => {
    const now = Date.now();
    fleet.orders.length = 0;
    fleet.asked.length = 0;
    fleet.put("cs-a", fakeServer("cs-a", "primary", now));
    fleet.put("cs-b", fakeServer("cs-b", "standby", now, { failover: fakeReport(now) }));
    fleet.put("gw-1", fakeGateway("gw-1", now));
    fleet.put("gw-2", fakeGateway("gw-2", now));
    fleet.put("wit-1", fakeWitness(now));
  });
  afterAll(async () => {
    await nodes.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { fleet, folder, tandem: (...words) => run(folder, words) };
}

function run(folder: string, words: readonly string[]): Promise<Ended> {
  const environment = { ...process.env, TANDEM_DATA: folder, TANDEM_TEST_TOKEN: fakeToken, TANDEM_TEST_KEY: "a-cluster-key-for-tests" };
  const child = spawn(process.execPath, [path.resolve("server/cli/tandem.mjs"), ...words], { env: environment });
  let out = "";
  let err = "";
  child.stdout.on("data", (part: Buffer) => (out += part.toString()));
  child.stderr.on("data", (part: Buffer) => (err += part.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}
