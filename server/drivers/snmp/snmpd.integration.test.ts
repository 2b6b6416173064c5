/** Audits of an agent that nobody here wrote, Debian's snmpd: v2c and v3, a table of calls, a big foreign table, kills and restarts (A2, F3). */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ActivePoll, defaultPollPolicy, PollJudge } from "../../core/calls/complete-poll.ts";
import { LegSet } from "../../core/calls/leg-set.ts";
import { systemClock } from "../../runtime/clock.ts";
import { Counters } from "../../runtime/counters.ts";
import { FaultTable } from "../../runtime/faults.ts";
import type { SnmpCredentials } from "../../runtime/snmp-peer.ts";
import { openSnmpSocket, type SnmpSocket } from "../../runtime/snmp-socket.ts";
import { SnmpUser } from "../../runtime/snmp-user.ts";
import type { Auditor, AuditResult } from "../auditor.ts";
import { shippedProfile, shippedProfiles } from "./shipped-profiles.ts";
import { createSnmpAuditor } from "./snmp-audit.ts";
import { createSnmpClient } from "./snmp-client.ts";
import type { ProfileChoice } from "./snmp-detection.ts";
import { parseSnmpProfile } from "./snmp-profile.ts";
import { type PassedRow, Snmpd } from "./testing/snmpd.ts";

const v2c: SnmpCredentials = { version: "2c", community: Buffer.from("public") };
const secrets = {
  user: "auditor",
  auth: { protocol: "sha512", secret: "auth phrase for tests" },
  privacy: { protocol: "aes256", secret: "privacy phrase for tests" },
} as const;

let snmpd: Snmpd;
let socket: SnmpSocket;

beforeAll(async () => {
  socket = openSnmpSocket({ self: "cs-a", faults: new FaultTable(), counters: new Counters() });
  snmpd = await Snmpd.start([
    `createUser auditor SHA-512 "${secrets.auth.secret}" AES-256 "${secrets.privacy.secret}"`,
    "rouser auditor authPriv",
  ]);
});

afterAll(async () => {
  await socket.close();
  await snmpd.close();
});

function auditorOf(credentials: SnmpCredentials, profile: ProfileChoice): Auditor {
  const agent = { host: "127.0.0.1", port: snmpd.port };
  const client = createSnmpClient({ socket, node: "other", agent, credentials, timeoutMs: 400, retries: 1 });
  return createSnmpAuditor({
    naming: { name: "other", endpoints: null, firstNumber: null },
    client,
    clock: systemClock(),
    profile,
    own: false,
  });
}

function rows(count: number): PassedRow[] {
  return Array.from({ length: count }, (_, i) => [50 + i, i + 1, `0${7000 + i}`, i % 10 === 9 ? 2 : 4]);
}

test.each<[string, SnmpCredentials]>([
  ["v2c", v2c],
  ["v3 with SHA-512 and AES-256", { version: "3", user: new SnmpUser(secrets), context: "" }],
])(
  "a table of calls over %s: found out at first contact, read whole, then only the news",
  async (_, credentials) => {
    snmpd.pass(rows(120));
    const auditor = auditorOf(credentials, shippedProfiles());
    const full = await auditor.audit("full");
    expect(full).toMatchObject({ complete: true, incompleteBecause: null, rowsRead: 120, partialRows: 0 });
    expect(auditor.profile()).toMatchObject({
      name: "rfc2128",
      identity: "Debian snmpd under test",
      says: { setup: "callActiveSetupTime" },
    });
    expect(full.rows[0]).toMatchObject({
      setupTicks: 50,
      index: 1,
      state: "active",
      // Who calls through a leg that was answered is its peer (RFC 2128).
      localNumber: "07000",
      origin: "answer",
      carries: "speech",
      // This MIB cannot say: not known, and never a default.
      callId: null,
      codec: null,
      qos: null,
      peerNumber: null,
      localAddress: null,
      remoteAddress: null,
      detail: { setupFrom: "gateway-uptime", connectFrom: "gateway-uptime", dscp: null, rttMs: null, mos: null },
    });
    expect(full.rows[9]).toMatchObject({ state: "connecting", connectAt: null });
    snmpd.pass([...rows(120).slice(1), [9_000, 200, "0555", 4]]);
    const next = await auditor.audit("liveness");
    expect(next).toMatchObject({ complete: true, rowsRead: 1 });
    expect(next.rows).toHaveLength(120);
    expect(next.rows.some((row) => row.index === 1)).toBe(false);
    auditor.close();
  },
  30_000,
);

test("a wrong privacy secret is unauthorized at each audit, and an agent that died since is silent", async () => {
  const wrong = { ...secrets, privacy: { ...secrets.privacy, secret: "quite another phrase" } };
  const auditor = auditorOf({ version: "3", user: new SnmpUser(wrong), context: "" }, shippedProfiles());
  for (const _ of [1, 2]) {
    const refused = await auditor.audit("full");
    expect(refused).toMatchObject({ complete: false, failureKind: "unauthorized", bootEpoch: null });
    expect(refused.incompleteBecause).toContain("it answered who it is, and nothing that was asked as user auditor");
  }
  await snmpd.kill();
  expect(await auditor.audit("full")).toMatchObject({ complete: false, failureKind: "timeout", incompleteBecause: "no answer" });
  await snmpd.run();
  auditor.close();
}, 30_000);

test("a big table of its own that has nothing to do with calls: what it cannot say is unknown", async () => {
  const parsed = parseSnmpProfile({
    name: "processes",
    title: "HOST-RESOURCES-MIB processes",
    sources: ["RFC 2790"],
    detect: { present: ["1.3.6.1.2.1.25.4"], rank: 1 },
    legs: {
      object: "hrSWRunTable",
      entry: "1.3.6.1.2.1.25.4.2.1",
      index: [{ object: "hrSWRunIndex", field: "number" }],
      liveness: "hrSWRunStatus",
      columns: [
        {
          column: 7,
          object: "hrSWRunStatus",
          field: "state",
          as: { values: { "1": "active", "2": "active", "4": "gone" } },
          required: true,
        },
        { column: 2, object: "hrSWRunName", field: "legName", required: true },
      ],
    },
  });
  if ("problems" in parsed) throw new Error(parsed.problems.join("\n"));
  const auditor = auditorOf(v2c, [parsed.profile]);
  const result = await auditor.audit("full");
  expect(result.rows.some((row) => row.detail?.legName === "snmpd")).toBe(true);
  for (const row of result.rows) {
    expect(row).toMatchObject({
      callId: null,
      codec: null,
      localNumber: null,
      peerNumber: null,
      setupAt: null,
      connectAt: null,
      media: null,
    });
    expect(row).toMatchObject({ qos: null, carries: null, origin: null, localAddress: null, remoteAddress: null, endpoint: null });
  }
  expect(Object.keys(auditor.profile()?.says ?? {})).toEqual([]);
  auditor.close();
});

test("an agent that has none of the tables is named as what it says it is", async () => {
  const auditor = auditorOf(v2c, [shippedProfile("freeswitch"), shippedProfile("cisco-voice")]);
  expect(await auditor.audit("full")).toMatchObject({ complete: false, rows: [], bootEpoch: null });
  expect((await auditor.audit("full")).incompleteBecause).toMatch(
    /^no profile fits this agent \(it calls itself "Debian snmpd under test", sysObjectID 1\.3\.6\.1\.4\.1\.8072\./,
  );
  auditor.close();
});

test("killed in the middle of a walk and started again: no leg is ended by what was not read", async () => {
  snmpd.pass(rows(200));
  const auditor = auditorOf(v2c, shippedProfile("rfc2128"));
  const judge = new PollJudge(defaultPollPolicy);
  const known = new LegSet();
  const see = (result: AuditResult) => {
    const judgement = judge.judge(pollOf(result), known);
    if (judgement.kind !== "failed") for (const row of judgement.rows) known.put(row);
    return judgement;
  };
  expect(see(await auditor.audit("full")).kind).toBe("complete");
  let asked = 0;
  const cut = await auditor.audit("full", {
    onExchange: ({ sent }) => {
      asked += sent ? 1 : 0;
      if (asked === 8) void snmpd.kill();
    },
  });
  expect(cut.complete).toBe(false);
  expect(see(cut).kind).not.toBe("complete");
  expect(see(await auditor.audit("liveness"))).toMatchObject({ kind: "failed" });
  expect(known.size).toBe(200);
  await snmpd.run();
  let after = cut;
  await expect
    .poll(
      async () => {
        after = await auditor.audit("full");
        return after.complete;
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  // Another boot: its legs of before are lost, which is another thing than ended.
  expect(see(after)).toMatchObject({ kind: "restarted" });
  auditor.close();
}, 60_000);

function pollOf(result: AuditResult): ActivePoll {
  return {
    gateway: "other",
    startedAt: result.startedAt.mono,
    startedWall: result.startedAt.wall,
    endedAt: result.endedAt.mono,
    endedWall: result.endedAt.wall,
    failure: result.bootEpoch === null ? result.incompleteBecause : null,
    uptimeBefore: result.uptimeBefore,
    uptimeAfter: result.uptimeTicks,
    engineBoots: result.engineBoots,
    columns: result.columns,
    activeCount: result.scalarCount,
    rows: result.rows,
    partialRows: result.partialRows,
  };
}
