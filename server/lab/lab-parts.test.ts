import { createSocket } from "node:dgram";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readSiteFile } from "../runtime/site-file.ts";
import { openCommissioning } from "./commissioning.ts";
import { addCuts, cutsOf, removeCuts } from "./cuts.ts";
import { holdDataFolder, openDataFolder } from "./data-folder.ts";
import { identifyProcess, stillRuns } from "./process-identity.ts";
import { prepareSiteFile } from "./site-document.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-parts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("cuts", () => {
  const both = cutsOf({ a: "cs-a", b: "gw-1", path: "all", oneWay: false });

  test("all paths in both directions are four", () => {
    expect(both).toHaveLength(4);
    expect(cutsOf({ a: "cs-a", b: "gw-1", path: 2, oneWay: true })).toEqual([{ from: "cs-a", to: "gw-1", path: 2 }]);
  });

  test("cutting twice is cutting once; healing a part leaves the rest, from either end", () => {
    expect(addCuts(both, both)).toEqual(both);
    const left = removeCuts(both, cutsOf({ a: "gw-1", b: "cs-a", path: 1, oneWay: false }));
    expect(left.map((cut) => cut.path)).toEqual([2, 2]);
  });
});

describe("processes and locks", () => {
  test("a pid with another start instant is another process", () => {
    const own = identifyProcess(process.pid);
    expect(own !== null && stillRuns(own)).toBe(true);
    expect(stillRuns({ pid: process.pid, startedAs: "0" })).toBe(false);
    expect(identifyProcess(2 ** 22 + 1)).toBeNull();
  });

  test("a folder is held once; a lock of the dead, or a damaged one, holds nothing", () => {
    const hold = holdDataFolder(folder);
    expect(holdDataFolder(folder)).toEqual({ held: false, by: process.pid });
    if (hold.held) hold.release();
    for (const text of [JSON.stringify({ pid: process.pid, startedAs: "1" }), "", "{", "[]"]) {
      writeFileSync(join(folder, "lab.lock"), text);
      const again = holdDataFolder(folder);
      expect(again.held).toBe(true);
      if (again.held) again.release();
    }
  });
});

describe("the data folder", () => {
  test("keys are made once, readable by their owner only", () => {
    const first = openDataFolder(folder);
    expect(statSync(join(folder, "keys/cluster.key")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "keys/operator.token")).mode & 0o777).toBe(0o600);
    expect(openDataFolder(folder).operatorToken).toBe(first.operatorToken);
    expect(first.operatorToken).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the site file", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  test("is made once and kept, with changes by hand; only ports that somebody took are replaced", async () => {
    const path = join(folder, "tandem.yaml");
    await prepareSiteFile(path, 3999);
    const made = readFileSync(path, "utf8");
    expect(await prepareSiteFile(path, 3999)).toEqual([]);
    expect(readFileSync(path, "utf8")).toBe(made);

    writeFileSync(path, made.replace("cluster: lab-1", "cluster: mine # by hand"));
    const before = readSiteFile(path);
    if (!before.ok) throw new Error(before.problems.join("\n"));
    const { port } = before.file.site.servers[0]?.operator ?? { port: 0 };
    const thief = createServer();
    servers.push(thief);
    await new Promise<void>((done) => thief.listen(port, "127.0.0.1", done));
    expect(await prepareSiteFile(path, 4000)).toEqual([
      expect.stringMatching(new RegExp(`^Port ${port} of operator was taken; now \\d+\\.$`)),
      "The console now listens on 127.0.0.1:4000.",
    ]);
    const after = readSiteFile(path);
    if (!after.ok) throw new Error(after.problems.join("\n"));
    expect(after.file.site.servers[0]?.operator.port).not.toBe(port);
    expect(after.file.site).toMatchObject({ cluster: "mine", console: { port: 4000 } });
    expect(after.file.site.gateways).toEqual(before.file.site.gateways);
    expect(readFileSync(path, "utf8")).toContain("# by hand");
  });
});

describe("gear in the site file", () => {
  test("keeps its address: whoever listens there is who it is for", async () => {
    const path = join(folder, "tandem.yaml");
    await prepareSiteFile(path, 3999);
    const agent = createSocket("udp4");
    await new Promise<void>((done) => agent.bind(0, "127.0.0.1", done));
    const { port } = agent.address();
    const gear = `gear:\n  - { name: kam-1, audit: { protocol: sip, address: "127.0.0.1:${port}", resources: [sip:a@b] } }\n`;
    appendFileSync(path, gear);
    writeFileSync(path, readFileSync(path, "utf8").replace("  - name: cs-a\n", `  - name: cs-a\n    snmpTraps: 127.0.0.1:${port}\n`));
    expect(await prepareSiteFile(path, 3999)).toEqual([]);
    expect(readFileSync(path, "utf8")).toContain(gear);
    expect(readFileSync(path, "utf8")).toContain(`snmpTraps: 127.0.0.1:${port}\n`);
    agent.close();
  });
});

describe("commissioning", () => {
  test("is needed until a node has served once, also across supervisors", () => {
    const first = openCommissioning(folder);
    expect(first.needed("gw-1")).toBe(true);
    first.done("gw-1");
    expect([first.needed("gw-1"), openCommissioning(folder).needed("gw-1"), openCommissioning(folder).needed("gw-2")]).toEqual([
      false,
      false,
      true,
    ]);
  });
});
