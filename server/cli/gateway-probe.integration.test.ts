/** `tandem gateway probe` as a process: what people and scripts get, exit codes, and that no secret is shown. No site is needed. */
import { spawn } from "node:child_process";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AgentWithCalls, openAgentWithCalls } from "../nodes/gateway/testing/agent-with-calls.ts";

const phrase = "a pass phrase for tests";
let served: AgentWithCalls;
beforeAll(async () => {
  const user = { user: "auditor", auth: { protocol: "sha256", secret: phrase }, privacy: null } as const;
  served = await openAgentWithCalls({ connections: 4, community: "not-public", user });
});
afterAll(() => served.agent.close());

function probe(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env, TANDEM_DATA: "/nonexistent", PROBE_PHRASE: phrase };
  const child = spawn(process.execPath, [path.resolve("server/cli/tandem.mjs"), "gateway", "probe", ...words], { env });
  let out = "";
  let err = "";
  child.stdout.on("data", (part: Buffer) => (out += part.toString()));
  child.stderr.on("data", (part: Buffer) => (err += part.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

const at = (): string => `127.0.0.1:${served.agent.port}`;
const asUser = ["--user", "auditor", "--auth-secret", "env:PROBE_PHRASE"];

describe("gateway probe", () => {
  test("tells people what it is, what it can say, some connections, and what to paste", async () => {
    const { code, out, err } = await probe(at(), "--protocol", "snmp", ...asUser, "--rows", "2");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`SNMP ${at()} answers; Tandem gateway\n  sysDescr: Tandem test gateway gw-1\n`);
    expect(out).toMatch(/codec +cvCommonDcCallActiveCoderTypeRate/);
    expect(out).toMatch(/MOS +cannot say/);
    expect(out).toMatch(/One audit: 4 connections, complete; \d+ packets/);
    expect(out).toContain("and 2 more; --rows N shows them");
    expect(out).toContain("  - name: gear-127-0-0-1\n    audit:\n      protocol: snmp\n");
    expect(out).toContain("secret: env:PROBE_PHRASE");
    expect(out).not.toContain(phrase);
  });

  test("tells scripts the same as JSON; a community that was typed is not repeated", async () => {
    const { code, out } = await probe(at(), "--protocol", "snmp", "--community", "not-public", "--json");
    expect(code).toBe(0);
    const { protocols } = JSON.parse(out) as { protocols: { outcome: string; rows: { setupAt: string }[]; yaml: string }[] };
    expect(protocols).toMatchObject([{ protocol: "snmp", outcome: "answered", profile: { name: "tandem" }, audit: { connections: 4 } }]);
    expect(protocols[0]?.rows[0]?.setupAt).toMatch(/Z$/);
    expect(protocols[0]?.yaml).toContain("community: file:keys/snmp.community");
    expect(out).not.toContain("not-public");
  });

  test("who is not let in is told so", async () => {
    const { code, out, err } = await probe(at(), "--protocol", "snmp", "--user", "nobody", "--auth-secret", "env:PROBE_PHRASE");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(`tandem: ${at()} does not let us ask.\n`);
    expect(err).toContain("does not let the user nobody ask: the agent does not know this user");
  });

  test("a silent host fails, with what was tried; scripts get it too", async () => {
    const words = ["127.0.0.1:9", "--timeout", "200", "--json"];
    const { code, out, err } = await probe(...words);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^tandem: 127\.0\.0\.1:9 is silent\.\n {2}- SNMP .*tried: sysDescr.*\n {2}- MGCP .*tried: AUEP.*\n {2}- SIP .*tried: OPTIONS.*\n {2}- RPC .*tried: dlg\.list/,
    );
    const { protocols } = JSON.parse(out) as { protocols: { outcome: string }[] };
    expect(protocols.map(({ outcome }) => outcome)).toEqual(["silent", "silent", "silent", "silent"]);
  });

  test.each<[string[], string]>([
    [["nowhere:port"], "is no address: give host or host:port"],
    [["127.0.0.1", "--protocol", "h323"], "Allowed choices are snmp, mgcp, sip, rpc, all"],
    [["127.0.0.1", "--auth-protocol", "md5", "--user", "a"], "Allowed choices are sha1, sha224, sha256, sha384, sha512"],
    [
      ["127.0.0.1", "--user", "a", "--auth-secret", "hunter2-hunter2"],
      "--auth-secret: must be file:<path> or env:<NAME>, never the secret itself",
    ],
    [["127.0.0.1", "--user", "a", "--auth-secret", "env:NO_SUCH_VARIABLE"], "env:NO_SUCH_VARIABLE: the secret is missing"],
    [["127.0.0.1", "--protocol", "sip", "--vty", "4243"], "--vty is for mgcp, and --protocol sip leaves that out"],
    [["127.0.0.1", "--rows", "many"], "It must be a whole number from 0 to"],
    [["127.0.0.1", "--protocol", "rpc", "--rpc", "elsewhere"], "It must be a URL"],
  ])("%j is explained", async (words, said) => {
    const { code, err } = await probe(...words);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(err).not.toContain("hunter2");
  });
});
