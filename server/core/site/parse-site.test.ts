import { describe, expect, test } from "vitest";
import { describeSite } from "./describe-site.ts";
import { type ParsedSite, parseSite } from "./parse-site.ts";
import type { Site } from "./site.ts";

type Fields = Record<string, unknown>;

/** The smallest site without a warning: two servers, two gateways and a witness, everything else by default. */
function smallest(): Fields & { servers: Fields[]; gateways: Fields[]; witnesses: Fields[] } {
  return {
    site: "north",
    cluster: "north-1",
    operatorToken: "env:TOKEN",
    keys: [{ id: 1, secret: "file:key" }],
    servers: [
      { name: "cs-a", host: "10.0.0.1" },
      { name: "cs-b", host: "10.0.0.2" },
    ],
    gateways: [
      { name: "gw-1", kind: "trunk", host: "10.0.0.3" },
      { name: "if-1", kind: "interface", host: "10.0.0.4", firstNumber: 2001 },
    ],
    witnesses: [{ name: "wit-1", host: "10.0.0.5" }],
  };
}

function siteOf(parsed: ParsedSite): Site {
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.site;
}

function problemsOf(value: unknown): readonly string[] {
  const parsed = parseSite(value);
  return parsed.ok ? [] : parsed.problems;
}

describe("defaults", () => {
  test("one host for each node is enough", () => {
    const site = siteOf(parseSite(smallest()));
    expect(site.servers.map((one) => one.rank)).toEqual([0, 1]);
    expect(site.servers[0]?.link).toEqual({ path1: { host: "10.0.0.1", port: 4700 }, path2: { host: "10.0.0.1", port: 4701 } });
    expect(site.gateways[1]).toMatchObject({ voter: true, firstNumber: "2001", pollSeconds: 5, endpoints: { prefix: "aaln/", count: 24 } });
    expect(site.gateways[0]?.snmp).toEqual({ host: "10.0.0.3", port: 161, community: "public", user: null });
    expect(site.timers.promiseMs).toBe(500);
    expect(site.console).toEqual({ host: "127.0.0.1", port: 3000 });
  });

  test("a phone does not vote unless told, and needs a number", () => {
    const value = smallest();
    value.gateways.push({ name: "ph-301", kind: "phone", host: "10.0.0.6", firstNumber: "301" });
    expect(siteOf(parseSite(value)).gateways[2]).toMatchObject({ voter: false, endpoints: { count: 1 } });
    value.gateways[2] = { name: "ph-301", kind: "phone", host: "10.0.0.6" };
    expect(problemsOf(value)).toEqual(["gateways[2].firstNumber: is missing; it must be digits, at most 15"]);
  });

  test("a port alone is on the node's host; IPv6 addresses go in brackets", () => {
    const value = smallest();
    Object.assign(value.gateways[0] as Fields, { mgcp: 2428, link: "[fd00::3]:4710" });
    expect(siteOf(parseSite(value)).gateways[0]).toMatchObject({
      mgcp: { host: "10.0.0.3", port: 2428 },
      link: { host: "fd00::3", port: 4710 },
    });
  });
});

describe("sip", () => {
  const withSip = (sip: unknown): Fields => {
    const value = smallest();
    Object.assign(value.gateways[0] as Fields, { sip });
    return value;
  };
  const open = { user: null, secret: null };

  test("none unless told; an address, a port, or a mapping with whom to trust", () => {
    const sipOf = (value: Fields) => siteOf(parseSite(value)).gateways[0]?.sip;
    expect(sipOf(smallest())).toBeNull();
    expect(sipOf(withSip("10.0.0.9:5070"))).toEqual({ host: "10.0.0.9", port: 5070, ...open });
    expect(sipOf(withSip(5062))).toEqual({ host: "10.0.0.3", port: 5062, ...open });
    expect(sipOf(withSip({}))).toEqual({ host: "10.0.0.3", port: 5060, ...open });
    const proved = { user: "tandem", secret: "file:sip.secret" };
    expect(sipOf(withSip({ address: 5062, ...proved }))).toEqual({ host: "10.0.0.3", port: 5062, ...proved });
    expect(describeSite(siteOf(parseSite(withSip(proved))), []).join("\n")).toContain("SIP 10.0.0.3:5060, asks who subscribes for proof");
  });

  test.each([
    [{ user: "x" }, "gateways[0].sip.secret: is missing"],
    [{ secret: "env:S" }, "gateways[0].sip.user: is missing"],
    [{ user: "x", secret: "hunter2" }, "gateways[0].sip.secret: must be file:"],
    [{ adress: 1 }, "gateways[0].sip.adress: is not a field here"],
    [true, "gateways[0].sip: must be host:port"],
    ["10.0.0.3:4780", "both on TCP 10.0.0.3:4780"],
  ])("%j is refused", (sip, problem) => {
    const problems = problemsOf(withSip(sip)).join("\n");
    expect(problems).toContain(problem);
    expect(problems).not.toContain("hunter2");
  });
});

describe("snmpTraps", () => {
  const cube = { name: "cube-1", host: "10.0.0.9", audit: { protocol: "snmp" } };
  const withTraps = (snmpTraps: unknown, gear: readonly unknown[] = [cube]): Fields => {
    const value = smallest();
    Object.assign(value.servers[0] as Fields, { snmpTraps });
    return { ...value, gear };
  };

  test("nowhere unless told; an address, or a port on the server's host", () => {
    const trapsOf = (value: Fields) => siteOf(parseSite(value)).servers.map((one) => one.snmpTraps);
    expect(trapsOf(smallest())).toEqual([null, null]);
    expect(trapsOf(withTraps("127.0.0.1:1162"))).toEqual([{ host: "127.0.0.1", port: 1162 }, null]);
    expect(trapsOf(withTraps(162))).toEqual([{ host: "10.0.0.1", port: 162 }, null]);
    const site = siteOf(parseSite(withTraps("[::1]:1162")));
    expect(describeSite(site, []).join("\n")).toContain("MGCP on 10.0.0.1:2727, SNMP notifications of gear on [::1]:1162.");
  });

  test.each([
    [{}, "servers[0].snmpTraps: must be host:port with a port from 1 to 65535, or only a port on 10.0.0.1, not a mapping"],
    [true, "servers[0].snmpTraps: must be host:port"],
    [0, "servers[0].snmpTraps: must be host:port"],
    ["10.0.0.1", "servers[0].snmpTraps: must be host:port"],
    [2727, "cs-a.mgcp and cs-a.snmpTraps: both on UDP 10.0.0.1:2727; give each its own port"],
  ])("%j is refused", (snmpTraps, problem) => {
    expect(problemsOf(withTraps(snmpTraps)).join("\n")).toContain(problem);
  });

  test("without gear that is audited over SNMP there is nobody to hear: a warning", () => {
    const parsed = parseSite(withTraps(162, []));
    expect(parsed.ok && parsed.warnings).toEqual([expect.stringContaining("cs-a: snmpTraps is set, and no gear is audited over SNMP")]);
    expect(parseSite(withTraps(162))).toMatchObject({ ok: true, warnings: [] });
  });
});

describe("refusals name the field and the fix", () => {
  test("all problems come at once", () => {
    const value = smallest();
    value.site = "";
    (value.servers[0] as Fields).host = undefined;
    (value.gateways[0] as Fields).kind = "trunks";
    (value as Fields).gatways = [];
    const problems = problemsOf(value);
    expect(problems).toContain('site: must be a name of at most 64 characters, not ""');
    expect(problems).toContain("servers[0].link.path1: is missing; it must be an address like 10.0.0.11:4700");
    expect(problems).toContain('gateways[0].kind: must be one of trunk, interface, phone, not "trunks"');
    expect(problems.find((problem) => problem.startsWith("gatways: is not a field here"))).toMatch(/known are .*gateways/);
  });

  test("a promise that leaves a lease hardly any room is refused", () => {
    const timers = { leaseMs: 300, promiseMs: 309, clockRateError: 0.01 };
    expect(problemsOf({ ...smallest(), timers })).toEqual([
      expect.stringMatching(/timers\.promiseMs: 309 must be at least 10 ms above leaseMs 300/),
    ]);
    expect(problemsOf({ ...smallest(), timers: { ...timers, promiseMs: 310 } })).toEqual([]);
  });

  test("timers that let two servers hold the title show their arithmetic", () => {
    expect(problemsOf({ ...smallest(), timers: { leaseMs: 460 } })).toEqual([
      expect.stringMatching(
        /timers\.promiseMs: 500 must be more than .* = 460 × 1\.05 \/ 0\.95 = 508\.4; lengthen promiseMs or shorten leaseMs/,
      ),
    ]);
  });

  const change = (at: (value: ReturnType<typeof smallest>) => void): readonly string[] => {
    const value = smallest();
    at(value);
    return problemsOf(value);
  };

  test.each<[string, (value: ReturnType<typeof smallest>) => void, RegExp]>([
    ["a name twice", (v) => Object.assign(v.gateways[0] as Fields, { name: "cs-a" }), /cs-a is already the name of servers\[0\]/],
    ["the console's name", (v) => Object.assign(v.gateways[0] as Fields, { name: "console" }), /choose another/],
    ["a rank twice", (v) => Object.assign(v.servers[1] as Fields, { rank: 0 }), /cs-a and cs-b share rank 0/],
    ["an address twice", (v) => Object.assign(v.gateways[1] as Fields, { link: "10.0.0.3:4710" }), /both on UDP 10\.0\.0\.3:4710/],
    ["media ports that overlap", (v) => Object.assign(v.gateways[1] as Fields, { rtp: { host: "10.0.0.3" } }), /their ports overlap/],
    [
      "privacy without auth",
      (v) => Object.assign(v.gateways[0] as Fields, { snmp: { user: "u", privacy: { secret: "env:P" } } }),
      /snmp\.privacy: needs auth/,
    ],
    [
      "auth without a user",
      (v) => Object.assign(v.gateways[0] as Fields, { snmp: { auth: { secret: "env:A" } } }),
      /snmp\.auth: needs a user beside it/,
    ],
    [
      "a secret in the file",
      (v) => Object.assign(v.gateways[0] as Fields, { snmp: { user: "u", auth: { secret: "hunter22" } } }),
      /snmp\.auth\.secret: must be file:<path> or env:<NAME>, never the secret itself$/,
    ],
    ["an odd first media port", (v) => Object.assign(v.gateways[0] as Fields, { rtp: { portFrom: 20001 } }), /must be even/],
    ["media ports backwards", (v) => Object.assign(v.gateways[0] as Fields, { rtp: { portFrom: 30000, portTo: 20000 } }), /must be above/],
    [
      "numbers that overlap",
      (v) => v.gateways.push({ name: "if-2", kind: "interface", host: "10.0.0.6", firstNumber: 2024 }),
      /2001–2024 and 2024–2047 overlap/,
    ],
    ["a number on a trunk", (v) => Object.assign(v.gateways[0] as Fields, { firstNumber: 9 }), /trunk channels have no numbers/],
    [
      "an unknown server",
      (v) => Object.assign(v.gateways[0] as Fields, { localTo: "cs-c" }),
      /there is no server cs-c; servers are cs-a, cs-b/,
    ],
    [
      "a route by a gateway without trunks",
      (v) => Object.assign(v, { routes: [{ prefix: "0", gateways: ["if-1"] }] }),
      /there is no trunk gateway if-1; trunks are gw-1/,
    ],
    ["a route to nowhere", (v) => Object.assign(v, { routes: [{ prefix: "0", gateways: [] }] }), /at least one trunk/],
    [
      "a prefix twice",
      (v) => Object.assign(v, { routes: [0, 0].map((prefix) => ({ prefix, gateways: ["gw-1"] })) }),
      /prefix 0 occurs twice/,
    ],
    ["a key id twice", (v) => Object.assign(v, { keys: [1, 1].map((id) => ({ id, secret: "env:K" })) }), /id 1 occurs twice/],
    ["no key", (v) => Object.assign(v, { keys: [] }), /at least one key/],
    ["no voter", (v) => Object.assign(v, { witnesses: [], gateways: v.gateways.map((one) => ({ ...one, voter: false })) }), /nobody votes/],
    ["no server", (v) => Object.assign(v, { servers: [] }), /at least one call server/],
    ["no gateway", (v) => Object.assign(v, { gateways: [] }), /at least one gateway/],
    [
      "a port out of range",
      (v) => Object.assign(v.servers[0] as Fields, { mgcp: "10.0.0.1:70000" }),
      /servers\[0\]\.mgcp: must be host:port/,
    ],
    ["a list that is none", (v) => Object.assign(v, { routes: 5 }), /routes: must be a list, not 5/],
  ])("%s", (_what, at, expected) => {
    expect(change(at)).toEqual([expect.stringMatching(expected)]);
  });

  test("a secret written into the file is refused and not repeated", () => {
    const problems = problemsOf({ ...smallest(), operatorToken: "hunter2-hunter2-hunter2" });
    expect(problems).toEqual(["operatorToken: must be file:<path> or env:<NAME>, never the secret itself"]);
  });

  test.each([null, undefined, 5, "text", [], [[]], { servers: [null] }, { gateways: [5], timers: [], keys: "x" }])(
    "%j is no site and no crash",
    (value) => {
      expect(problemsOf(value).length).toBeGreaterThan(0);
    },
  );
});

describe("warnings and words", () => {
  test("an even number of voters is allowed, with a warning that says what to do", () => {
    const value = { ...smallest(), witnesses: [] };
    const parsed = parseSite(value);
    expect(parsed.ok && parsed.warnings[0]).toMatch(/^2 voters is an even number: the majority is 2.*add a witness/);
    expect(parseSite(smallest())).toMatchObject({ ok: true, warnings: [] });
  });

  test("the explanation says what the site survives", () => {
    const parsed = parseSite({ ...smallest(), witnesses: [] });
    if (!parsed.ok) throw new Error("refused");
    const text = describeSite(parsed.site, parsed.warnings).join("\n");
    expect(text).toContain("2 voters (gw-1, if-1): the title needs 2 of them and survives the loss of 0.");
    expect(text).toContain("replaced 500 ms to 650 ms after its last keepalive");
    expect(text).toContain("at most 497.4 ms, below the promise of 500 ms");
    expect(text).toContain("Warning: 2 voters is an even number");
  });
});
