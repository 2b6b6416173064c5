/** What people type after `tandem gateway probe`, and what they are told where it is wrong. */
import { describe, expect, test } from "vitest";
import { readProbeInputs } from "./probe-inputs.ts";
import { type ProbeOptions, planProbe } from "./probe-plan.ts";

const plain: ProbeOptions = { protocol: "all", resource: [], transport: "udp", rows: 3, timeout: 3_000 };

function planOf(address: string, options: Partial<ProbeOptions> = {}) {
  const planned = planProbe(address, { ...plain, ...options });
  if (!planned.ok) throw new Error(planned.problems.join("\n"));
  return planned.plan;
}

function problemsOf(options: Partial<ProbeOptions>, address = "10.0.0.9"): readonly string[] {
  const planned = planProbe(address, { ...plain, ...options });
  return planned.ok ? [] : planned.problems;
}

describe("the address", () => {
  test.each<[string, string, number]>([
    ["10.0.0.9", "10.0.0.9", 161],
    ["10.0.0.9:1161", "10.0.0.9", 1161],
    ["gw.example.net", "gw.example.net", 161],
    ["gw.example.net:2000", "gw.example.net", 2000],
    ["[2001:db8::9]:161", "2001:db8::9", 161],
    ["[::1]", "::1", 161],
    ["2001:db8::9", "2001:db8::9", 161],
  ])("%s", (text, host, port) => {
    const plan = planOf(text, { protocol: "snmp" });
    expect(plan.host).toBe(host);
    expect(plan.audits).toMatchObject([{ protocol: "snmp", address: { host, port } }]);
  });

  test.each(["", "10.0.0.9:0", "10.0.0.9:99999", "http://10.0.0.9", "a b", ":161"])("%j is none", (text) => {
    expect(problemsOf({}, text)[0]).toContain("is no address: give host or host:port");
  });
});

describe("the protocols", () => {
  test("all are asked at their own ports, JSON-RPC where Kamailio has it unless its URL is given", () => {
    const ports = planOf("10.0.0.9").audits.map((audit) => [audit.protocol, "address" in audit ? audit.address.port : audit.url]);
    expect(ports).toEqual([
      ["snmp", 161],
      ["mgcp", 2427],
      ["sip", 5060],
      ["rpc", "http://10.0.0.9:5060/RPC"],
    ]);
    expect(planOf("10.0.0.9", { rpc: "http://10.0.0.9:8080/RPC" }).audits[3]).toEqual({ protocol: "rpc", url: "http://10.0.0.9:8080/RPC" });
    expect(planOf("10.0.0.9", { protocol: "rpc" }).audits).toEqual([{ protocol: "rpc", url: "http://10.0.0.9:5060/RPC" }]);
  });

  test("an endpoint brings its domain; without one the usual are tried", () => {
    expect(planOf("10.0.0.9", { protocol: "mgcp" })).toMatchObject({ domains: ["mgw", "10.0.0.9", "[10.0.0.9]"], firstEndpoint: 1 });
    const named = planOf("10.0.0.9", { protocol: "mgcp", endpoint: "ds/e1-1/16@trunk.example", vty: "4243" });
    expect(named).toMatchObject({ domains: ["trunk.example"], firstEndpoint: 16 });
    expect(named.audits).toMatchObject([{ endpoints: { prefix: "ds/e1-1/" }, vty: { host: "10.0.0.9", port: 4243 } }]);
    expect(planOf("10.0.0.9", { protocol: "mgcp", vty: "127.0.0.1:4243" }).audits).toMatchObject([{ vty: { host: "127.0.0.1" } }]);
  });

  test("a user of SNMPv3 is one of SIP only with a secret", () => {
    const [snmp, , sip] = planOf("10.0.0.9", { user: "auditor" }).audits;
    expect(snmp).toMatchObject({ access: { community: null, user: { user: "auditor", auth: null, privacy: null } } });
    expect(sip).toMatchObject({ user: null });
    const [signed, , digest] = planOf("10.0.0.9", { user: "auditor", authProtocol: "sha512", authSecret: "env:X" }).audits;
    expect(signed).toMatchObject({ access: { user: { auth: { protocol: "sha512", secret: "env:X" } } } });
    expect(digest).toMatchObject({ user: { name: "auditor", secret: "env:X" } });
  });
});

describe("what is wrong is told in the names of the options", () => {
  test.each<[Partial<ProbeOptions>, string]>([
    [{ authSecret: "env:X" }, "--auth-secret: needs a user beside it"],
    [{ user: "a", privacySecret: "env:X" }, "--privacy-secret: needs auth: who encrypts must sign as well"],
    [{ user: "a", authProtocol: "sha1" }, "--auth-secret: is missing; it must be file:<path> or env:<NAME>, never the secret itself"],
    [{ endpoint: "rtpbridge" }, "--endpoint: must be a name like rtpbridge/1"],
    [{ domain: "a b" }, "--domain: must be what stands behind the @"],
    [{ vty: "70000" }, "--vty: must be host:port with a port from 1 to 65535"],
    [{ resource: ["bob"] }, '--resource: "bob" is no SIP URI'],
    [{ protocol: "snmp", vty: "4243" }, "--vty is for mgcp, and --protocol snmp leaves that out"],
    [{ protocol: "sip", community: "public" }, "--community is for snmp, and --protocol sip leaves that out"],
    [{ protocol: "rpc", rpc: "ftp://10.0.0.9" }, "--rpc: must be a URL like"],
  ])("%j", (options, said) => {
    expect(problemsOf(options).some((problem) => problem.startsWith(said))).toBe(true);
  });

  test("a secret that was typed is never repeated", () => {
    for (const options of [
      { user: "a", authSecret: "hunter2-hunter2" },
      { user: "a", authSecret: "env:X", privacySecret: "hunter2-hunter2" },
      { community: "hunter2-hunter2 with a blank" },
    ]) {
      const problems = problemsOf(options);
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.join()).not.toContain("hunter2");
    }
  });
});

describe("what is read on this machine", () => {
  test("secrets by reference, missing or short ones refused by name; a folder that is not there", () => {
    process.env.TANDEM_PROBE_TEST = "a pass phrase";
    const user = { user: "auditor", authSecret: "env:TANDEM_PROBE_TEST" };
    const found = readProbeInputs(planOf("10.0.0.9", user), "/nonexistent");
    expect(found).toMatchObject({ ok: true, inputs: { snmp: { version: "3" }, sip: { user: "auditor", secret: "a pass phrase" } } });
    process.env.TANDEM_PROBE_TEST = "s3cr3t";
    const refused = readProbeInputs(planOf("10.0.0.9", { ...user, protocol: "snmp" }), "/nonexistent");
    expect(refused).toMatchObject({ ok: false, problems: [expect.stringContaining("auditor")] });
    expect(JSON.stringify(refused)).not.toContain("s3cr3t");
    delete process.env.TANDEM_PROBE_TEST;
    const folder = readProbeInputs(planOf("10.0.0.9", { profiles: "no-such-folder" }), "/nonexistent");
    expect(folder).toMatchObject({ ok: false, problems: [expect.stringContaining("/nonexistent/no-such-folder")] });
    const missing = readProbeInputs(planOf("10.0.0.9", { ...user, authSecret: "file:no.secret" }), "/nonexistent");
    expect(missing).toMatchObject({ ok: false, problems: [expect.stringContaining("file:no.secret")] });
  });
});
