/** The lab's claims on real processes: who is in control after each kind of failure, and that nobody obeyed two owners. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { primaryOf, type RealLab, sequenceGaps, serverStatus, settled, startRealLab, takeoverBy, until } from "../real-lab.ts";
import { flood, refusedAt, targetsOf } from "./forged.ts";
import { journalOf, ownershipViolations } from "./one-owner.ts";
import { tandem } from "./stored-records.ts";

const calls = 60;
let lab: RealLab;

beforeAll(async () => {
  lab = await startRealLab(calls);
}, 300_000);

afterAll(async () => {
  await lab?.stop();
}, 60_000);

test("sixty calls come up within the time a visitor waits", async () => {
  await settled(lab, calls, 90_000);
}, 120_000);

test("the primary is killed: every call is adopted, no media is lost", async () => {
  const [primary, standby] = await settled(lab, calls);
  const { epoch } = await serverStatus(lab, standby);
  const gaps = await sequenceGaps(lab);
  await lab.control.act("kill", primary);
  const report = await takeoverBy(lab, standby, epoch.number);
  expect(report).toMatchObject({ kind: "failover", cause: "primary-dead", from: primary, to: standby, callsReleased: 0 });
  expect(report.callsAdopted).toBeGreaterThanOrEqual(report.callsAtStake * 0.95);
  expect(report.verdict?.sentence).toContain("Nobody hears the primary: taking over.");
  expect(await sequenceGaps(lab)).toBe(gaps);
  await lab.control.act("restart", primary);
}, 120_000);

test("the rows that snmpbulkwalk prints are the connections that the gateways report", async () => {
  await lab.control.traffic(0);
  await settled(lab, 0);
  for (const { name, snmp } of lab.site.gateways) {
    await until(`${name}: the walk, the gateway and the primary agree`, 30_000, async () => {
      const { stdout } = await promisify(execFile)("snmpbulkwalk", [
        "-v2c",
        "-c",
        snmp.community ?? "",
        "-On",
        `${snmp.host}:${snmp.port}`,
        "1.3.6.1.2.1.10.21.1.3.1.1.9",
      ]);
      const rows = stdout.split("\n").filter((line) => line.startsWith(".1.3.6.1.2.1.10.21.1.3.1.1.9.")).length;
      const status = await lab.fleet.status(name);
      const shown = (await tandem(lab, "status")) as { gateways: { name: string; activeConnections: { reported: number | null } }[] };
      const reported = shown.gateways.find((gateway) => gateway.name === name)?.activeConnections.reported;
      return status.kind === "gateway" && status.connections === rows && reported === rows;
    });
  }
  await lab.control.traffic(calls);
}, 120_000);

test("the servers' links cut on both paths, gateways fine: no takeover, and the verdict says why", async () => {
  const [primary, standby] = await settled(lab, calls, 90_000);
  const { epoch } = await serverStatus(lab, primary);
  const after = (await lab.fleet.status(standby)).lastEventSequence;
  await lab.control.cut({ a: primary, b: standby, path: "all", oneWay: false });
  await until("the standby's verdict", 10_000, async () => {
    const { events } = await lab.fleet.events(standby, after, 5000);
    return events.some((event) => event.what === "verdict-reached" && event.text.includes("the fault is my own link. Not taking over."));
  });
  expect((await serverStatus(lab, primary)).title.held).toBe(true);
  expect((await serverStatus(lab, primary)).epoch).toEqual(epoch);
  await lab.control.heal({ a: primary, b: standby, path: "all", oneWay: false });
}, 120_000);

test("the primary cut off from everyone: takeover; the gateways' journals prove that none obeyed two owners", async () => {
  const [primary, standby] = await settled(lab, calls, 90_000);
  const { epoch } = await serverStatus(lab, standby);
  const others = [standby, ...lab.site.gateways.map(({ name }) => name), ...lab.site.witnesses.map(({ name }) => name)];
  for (const other of others) await lab.control.cut({ a: primary, b: other, path: "all", oneWay: false });
  const report = await takeoverBy(lab, standby, epoch.number);
  expect(report.to).toBe(standby);
  for (const other of others) await lab.control.heal({ a: primary, b: other, path: "all", oneWay: false });
  await until("the old primary stands by", 10_000, async () => (await serverStatus(lab, primary)).role === "standby");
  expect(await ownershipViolations(lab)).toEqual([]);
}, 120_000);

test("the primary frozen five seconds and thawed: nobody obeys it", async () => {
  const [primary, standby] = await settled(lab, calls, 90_000);
  const { epoch, boot } = await serverStatus(lab, primary);
  await lab.control.act("freeze", primary);
  const frozenAt = performance.now();
  await takeoverBy(lab, standby, epoch.number);
  await until("five seconds have passed", 10_000, async () => performance.now() - frozenAt >= 5000);
  const marks = new Map(
    await Promise.all(lab.site.gateways.map(async ({ name }) => [name, (await lab.fleet.status(name)).lastEventSequence] as const)),
  );
  await lab.control.act("thaw", primary);
  await until("the thawed server stands by", 10_000, async () => (await serverStatus(lab, primary)).role === "standby");
  for (const { name } of lab.site.gateways) {
    const since = (await journalOf(lab, name)).filter((event) => event.sequence > (marks.get(name) ?? 0));
    const obeyed = since.filter((event) => event.what === "command-obeyed" && event.data.boot === boot);
    expect(obeyed, `${name} obeyed the thawed server`).toEqual([]);
  }
  expect(await primaryOf(lab)).toBe(standby);
  expect(await ownershipViolations(lab)).toEqual([]);
}, 120_000);

test("random and forged datagrams at every port: nobody believes them, nobody dies", async () => {
  const [primary] = await settled(lab, calls, 90_000);
  const { epoch } = await serverStatus(lab, primary);
  const before = await lab.control.status();
  await flood(lab, 1000);
  for (const node of new Set(targetsOf(lab).map((target) => target.node))) {
    await until(`${node} counts what it refused`, 10_000, async () => (await refusedAt(lab, node)) >= 500);
  }
  expect((await lab.control.status()).nodes.map(({ pid }) => pid)).toEqual(before.nodes.map(({ pid }) => pid));
  expect((await serverStatus(lab, primary)).epoch).toEqual(epoch);
}, 120_000);

test("a switchover asked for at a gateway reaches the primary and drops nothing", async () => {
  const [primary, standby] = await settled(lab, calls, 90_000);
  const { epoch } = await serverStatus(lab, standby);
  const gateway = lab.site.gateways[0]?.name ?? "";
  const result = await lab.fleet.switchover(gateway, {
    switchoverId: "acceptance-1",
    to: standby,
    reason: "acceptance test",
    by: "test",
    dryRun: false,
  });
  expect(result).toMatchObject({ accepted: true, blockers: [] });
  const report = await takeoverBy(lab, standby, epoch.number);
  expect(report).toMatchObject({ kind: "switchover", from: primary, to: standby, callsReleased: 0, by: "test", reason: "acceptance test" });
  expect(await ownershipViolations(lab)).toEqual([]);
}, 120_000);
