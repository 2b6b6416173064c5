/** The command line as a process, over fake nodes: the stable JSON shapes, exit codes, sentences on stderr. No console runs here. */
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fakeRecord, fakeReport } from "../operations/testing/fake-site.ts";
import { aShell } from "./testing/shell.ts";

const { fleet, folder, tandem } = aShell();

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const state = z.enum(["up", "suspect", "unreachable", "frozen"]);
const address = { host: z.string(), port: z.number() };

/** The interface that scripts rely on; strict, so that nothing slips in unnoticed either. */
const statusShape = z.strictObject({
  cluster: z.string(),
  epoch: z.number(),
  epochOwner: z.string().nullable(),
  servers: z.array(
    z.strictObject({
      name: z.string(),
      role: z.enum(["primary", "standby"]).nullable(),
      state,
      pid: z.number().nullable(),
      epoch: z.number().nullable(),
      keepaliveAgeMs: z.number().nullable(),
      readiness: z.strictObject({ ready: z.boolean(), reasons: z.array(z.string()) }),
    }),
  ),
  gateways: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(["trunk", "interface", "phone"]),
      voter: z.boolean(),
      state: z.union([state, z.literal("orphaned")]),
      owner: z.string().nullable(),
      epoch: z.number().nullable(),
      pid: z.number().nullable(),
      activeConnections: z.strictObject({ reported: z.number().nullable(), expected: z.number().nullable(), observedAt: time.nullable() }),
      snmp: z.strictObject({ ...address, community: z.string() }),
      mgcp: z.strictObject(address),
    }),
  ),
  witnesses: z.array(z.strictObject({ name: z.string(), pid: z.number().nullable() })),
  calls: z.strictObject({ active: z.number().nullable() }),
  lastFailover: z
    .strictObject({
      id: z.string(),
      kind: z.enum(["failover", "switchover"]),
      startedAt: time,
      timeline: z.strictObject({
        lastKeepaliveAt: time.nullable(),
        suspectedAt: time.nullable(),
        decidedAt: time.nullable(),
        titleAt: time.nullable(),
        activeAt: time.nullable(),
      }),
      callsAdopted: z.number(),
      callsReleased: z.number(),
      recordsRecovered: z.number(),
    })
    .nullable(),
});

describe("status", () => {
  test("--json has exactly the agreed shape", async () => {
    const { code, out, err } = await tandem("status", "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const status = statusShape.parse(JSON.parse(out));
    expect(status).toMatchObject({
      cluster: "test",
      epoch: 41,
      epochOwner: "cs-a",
      calls: { active: 59 },
      lastFailover: { id: "42-cs-b", callsAdopted: 57 },
    });
    expect(status.servers.map((one) => [one.name, one.role, one.state])).toEqual([
      ["cs-a", "primary", "up"],
      ["cs-b", "standby", "up"],
    ]);
    expect(status.gateways[0]?.activeConnections).toMatchObject({ reported: 24, expected: 24 });
  });

  test("a frozen server is frozen, a dead gateway unreachable; unknown is null and not 0", async () => {
    fleet.put("cs-a", null, { failure: "silent" });
    fleet.put("cs-b", null, { failure: "silent" });
    fleet.put("gw-1", null, { failure: "unreachable" });
    const { code, out } = await tandem("status", "--json");
    const status = statusShape.parse(JSON.parse(out));
    expect(code).toBe(0);
    expect(status.servers.map((one) => [one.state, one.role, one.readiness.ready])).toEqual([
      ["frozen", null, false],
      ["frozen", null, false],
    ]);
    expect(status.gateways[0]).toMatchObject({
      state: "unreachable",
      activeConnections: { reported: null, expected: null, observedAt: null },
    });
    expect(status.calls.active).toBeNull();
  });

  test("for people it begins with the verdict", async () => {
    const { code, out } = await tandem("status");
    expect(code).toBe(0);
    expect(out.split("\n")[0]).toBe("cs-a carries 59 calls. cs-b could take over now.");
  });

  test("when nobody answers the exit code says so", async () => {
    for (const name of ["cs-a", "cs-b", "gw-1", "gw-2", "wit-1"]) fleet.put(name, null, { failure: "unreachable" });
    const { code, out, err } = await tandem("status", "--json");
    expect([code, err]).toEqual([1, "tandem: No node answers. Is the lab or the site running?\n"]);
    expect(statusShape.parse(JSON.parse(out)).epoch).toBe(0);
  });
});

describe("records without a console", () => {
  test("the command collects itself and acknowledges", async () => {
    const now = Date.now();
    const a = fleet.nodes.get("cs-a");
    const b = fleet.nodes.get("cs-b");
    a?.outbox.push({ sequence: 1, record: fakeRecord("c1", now - 9000) }, { sequence: 2, record: fakeRecord("c2", now - 8000) });
    b?.outbox.push({ sequence: 1, record: fakeRecord("c2", now - 8000, { origin: "history", durationErrorMs: 900 }) });
    const { code, out, err } = await tandem("records", "--json", "--from", new Date(now - 8500).toISOString());
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const found = JSON.parse(out) as { callId: string; origin: string; start: { at: string } }[];
    expect(found.map((one) => [one.callId, one.origin])).toEqual([["c2", "signalling"]]);
    expect(found[0]?.start.at).toMatch(/Z$/);
    expect([a?.acknowledged, b?.acknowledged]).toEqual([2, 1]);
  });

  test("a time that is none is refused", async () => {
    const { code, err } = await tandem("records", "--from", "yesterday");
    expect(code).toBe(2);
    expect(err).toContain("--from yesterday");
  });
});

describe("records for people", () => {
  test("a list that is cut off says so; an error is rounded; words are the console's", async () => {
    const now = Date.now();
    for (const [index, origin] of (["signalling", "history", "adopted"] as const).entries())
      fleet.nodes.get("cs-a")?.outbox.push({
        sequence: 10 + index,
        record: fakeRecord(`d${index}`, now - index * 1000, { origin, durationErrorMs: 82.80000000000001 }),
      });
    const whole = await tandem("records", "--from", new Date(now - 4000).toISOString());
    expect(whole.out).toContain(" 83 ms ");
    expect(whole.out).toMatch(/recovered\n/);
    expect(whole.out).toMatch(/measured\n/);
    expect(whole.out).toMatch(/\n3 records\n$/);
    const cut = await tandem("records", "--from", new Date(now - 4000).toISOString(), "--limit", "2");
    expect(cut.out).toMatch(/\n2 of 3 records, the newest; --limit N for more\n$/);
  });

  test("a gateway that the site does not have is refused, and so is a number that is none", async () => {
    const said = "tandem: nope is no gateway of this site. It has gw-1, gw-2.\n";
    for (const command of ["records", "connections"]) {
      const { code, err } = await tandem(command, "--gateway", "nope");
      expect([command, code, err]).toEqual([command, 1, said]);
    }
    expect((await tandem("connections", "--number", "abc")).code).toBe(2);
  });
});

describe("history", () => {
  test("a change is found by its number too, with what each gateway did", async () => {
    const gateway = {
      gateway: "gw-1",
      voter: true,
      promiseEndMs: 500,
      grantedMs: 542.7,
      connectedMs: 575.1,
      auditedMs: 688.9,
      historyMs: null,
      adoptedMs: 700.5,
      calls: 32,
      connections: 32,
      recordsRecovered: 1,
      state: "done",
      note: null,
    } as const;
    const now = Date.now();
    fleet.nodes.get("cs-b")?.reports.push(fakeReport(now, { gateways: [gateway] }));
    const { code, out } = await tandem("history", "42");
    expect(code).toBe(0);
    expect(out).toContain("Failover 42, 42-cs-b, done\ncs-a fell silent. cs-b took over in 0.84 s.");
    expect(out).toMatch(/gw-1 +yes +542\.7 +575\.1 +688\.9 +\? +700\.5 +32 +1 +done\n/);
    expect((await tandem("history")).out).toMatch(/\n1 change of control\n$/);
    expect((await tandem("history", "7")).err).toContain("No change of control 7 is known.");
  });
});

describe("lab", () => {
  test("without a lab it says so", async () => {
    const { code, err } = await tandem("lab", "kill", "cs-a");
    expect([code, err]).toEqual([1, "tandem: No lab runs here: faults and traffic are only for `npm start`.\n"]);
  });

  test("with one, the order reaches the supervisor", async () => {
    const asked: unknown[] = [];
    const lab = {
      supervisorPid: 1,
      startedAt: 0,
      ready: true,
      nodes: [],
      cuts: [],
      traffic: { targetCalls: 60, activeCalls: 58, offered: 1, answered: 1, failed: 0, seed: 7 },
    };
    const supervisor = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        if (request.method === "POST") asked.push([request.url, JSON.parse(body)]);
        response.end(JSON.stringify(lab));
      });
    });
    await new Promise<void>((resolve) => supervisor.listen(0, "127.0.0.1", resolve));
    const file = path.join(folder, "lab.json");
    writeFileSync(file, JSON.stringify({ pid: process.pid, port: (supervisor.address() as AddressInfo).port }));
    try {
      expect((await tandem("lab", "kill", "cs-a", "--json")).code).toBe(0);
      expect(await tandem("lab", "cut", "cs-a", "gw-1", "--path", "1", "--one-way")).toMatchObject({ code: 0, out: "No link is cut.\n" });
      expect((await tandem("lab", "traffic", "--calls", "90")).out).toContain("keeps 60 calls up");
      expect((await tandem("lab", "traffic", "--calls", "9000")).code).not.toBe(0);
      expect(asked).toEqual([
        ["/lab/kill", { node: "cs-a" }],
        ["/lab/cut", { a: "cs-a", b: "gw-1", path: 1, oneWay: true }],
        ["/lab/traffic", { calls: 90 }],
      ]);
    } finally {
      rmSync(file);
      supervisor.close();
      supervisor.closeAllConnections();
    }
  });
});

describe("configuration", () => {
  test("validate explains, or refuses with every reason", async () => {
    expect((await tandem("config", "validate")).out).toContain("the title needs 2 of them");
    const broken = path.join(folder, "broken.yaml");
    writeFileSync(broken, "site: x\n");
    const { code, err } = await tandem("config", "validate", broken);
    expect(code).toBe(2);
    expect(err.match(/ {2}- /g)?.length).toBeGreaterThan(2);
  });

  test("is looked for in the data folder that was named", async () => {
    const { code, err } = await tandem("--data", "/nonexistent", "config", "validate");
    expect(code).toBe(2);
    expect(err).toContain("/nonexistent/tandem.yaml cannot be read");
  });

  test("a site that is nowhere to be found is explained", async () => {
    const { code, err } = await tandem("--config", "/nonexistent/tandem.yaml", "status");
    expect(code).toBe(2);
    expect(err).toContain("npm start");
  });
});
