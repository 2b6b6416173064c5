/** The gateway's agent against tools that nobody here wrote: Debian's net-snmp, v2c and v3, walks, errors, and users who are none (A2, A12). */
import { execFile } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { snmpAuthProtocols } from "../../core/site/snmp-access.ts";
import { shippedProfile } from "../../drivers/snmp/shipped-profiles.ts";
import { createSnmpAuditor } from "../../drivers/snmp/snmp-audit.ts";
import { createSnmpClient } from "../../drivers/snmp/snmp-client.ts";
import { systemClock } from "../../runtime/clock.ts";
import { Counters } from "../../runtime/counters.ts";
import { FaultTable } from "../../runtime/faults.ts";
import { openSnmpSocket, type SnmpSocket } from "../../runtime/snmp-socket.ts";
import { SnmpUser, type SnmpUserSecrets } from "../../runtime/snmp-user.ts";
import { type AgentWithCalls, openAgentWithCalls } from "./testing/agent-with-calls.ts";

const connections = 300;
const state = "1.3.6.1.2.1.10.21.1.3.1.1.9";
const toolNames = { sha1: "SHA", sha224: "SHA-224", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" } as const;
const privacyNames = { aes128: "AES", aes192: "AES-192", aes256: "AES-256" } as const;
const user: SnmpUserSecrets = {
  user: "tandem",
  auth: { protocol: "sha256", secret: "a pass phrase for tests" },
  privacy: { protocol: "aes128", secret: "another phrase for tests" },
};

let served: AgentWithCalls;
let socket: SnmpSocket;
const counters = new Counters();

beforeAll(async () => {
  served = await openAgentWithCalls({ connections, community: "public", user });
  socket = openSnmpSocket({ self: "cs-a", faults: new FaultTable(), counters });
});

afterAll(async () => {
  await socket.close();
  await served.agent.close();
});

/** What a tool prints, its complaints included. The agent lives in this process, so it must not be blocked. */
function tool(program: string, words: readonly string[], agent = served): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      program,
      ["-On", "-t1", "-r1", ...words.map((word) => (word === "AGENT" ? `127.0.0.1:${agent.agent.port}` : word))],
      (_, out, err) => resolve(out + err),
    );
  });
}

function asUser(secrets: SnmpUserSecrets): string[] {
  const { auth, privacy } = secrets;
  const level = privacy === null ? (auth === null ? "noAuthNoPriv" : "authNoPriv") : "authPriv";
  return [
    ...["-v3", "-l", level, "-u", secrets.user],
    ...(auth === null ? [] : ["-a", toolNames[auth.protocol], "-A", auth.secret]),
    ...(privacy === null ? [] : ["-x", privacyNames[privacy.protocol as "aes128"], "-X", privacy.secret]),
  ];
}

describe("net-snmp's tools with v3", () => {
  test("get and walk what the gateway has", async () => {
    expect(await tool("snmpget", [...asUser(user), "AGENT", "1.3.6.1.2.1.1.1.0"])).toContain("Tandem test gateway gw-1");
    const rows = (await tool("snmpbulkwalk", [...asUser(user), "-Cr50", "AGENT", state]))
      .split("\n")
      .filter((line) => line.startsWith(`.${state}.`));
    expect(rows).toHaveLength(connections);
    expect(rows.every((row) => row.endsWith("INTEGER: 4"))).toBe(true);
  });

  test.each(snmpAuthProtocols.flatMap((auth) => (["aes128", "aes192", "aes256"] as const).map((privacy) => [auth, privacy] as const)))(
    "speak %s with %s",
    async (auth, privacy) => {
      const secrets: SnmpUserSecrets = {
        ...user,
        auth: { ...user.auth!, protocol: auth },
        privacy: { ...user.privacy!, protocol: privacy },
      };
      const other = await openAgentWithCalls({ connections: 1, community: null, user: secrets });
      expect(await tool("snmpget", [...asUser(secrets), "AGENT", "1.3.6.1.4.1.9.9.63.1.3.8.2.0"], other)).toContain("Gauge32: 1");
      await other.agent.close();
    },
  );

  test.each<[string, SnmpUserSecrets, string]>([
    ["a user who is none", { ...user, user: "nobody" }, "Unknown user name"],
    ["another auth secret", { ...user, auth: { ...user.auth!, secret: "a wrong pass phrase" } }, "Authentication failure"],
    ["another privacy secret", { ...user, privacy: { ...user.privacy!, secret: "a wrong pass phrase" } }, "Decryption error"],
    ["a lower level", { ...user, privacy: null }, "Unsupported security level"],
  ])("are told of %s", async (_, secrets, complaint) => {
    const said = await tool("snmpget", [...asUser(secrets), "AGENT", "1.3.6.1.2.1.1.3.0"]);
    expect(said).toContain(complaint);
  });
});

describe("net-snmp's tools with v2c", () => {
  const v2c = ["-v2c", "-c", "public", "AGENT"];

  test("are told what is not there, what cannot be set, and where the MIB ends", async () => {
    expect(await tool("snmpget", [...v2c, "1.3.6.1.2.1.1.99.0"])).toContain("No Such Object");
    expect(await tool("snmpget", [...v2c, `${state}.1.1.1`])).toContain("No Such Instance");
    expect(await tool("snmpset", [...v2c, "1.3.6.1.2.1.1.5.0", "s", "mine"])).toContain("notWritable");
    expect(await tool("snmpgetnext", [...v2c, "1.3.6.1.6.99"])).toContain("No more variables left");
  });

  test("get no answer with another community", async () => {
    expect(await tool("snmpget", ["-v2c", "-c", "secret", "AGENT", "1.3.6.1.2.1.1.3.0"])).toContain("Timeout");
    expect(served.counters.get("snmp.badCommunity")).toBeGreaterThan(0);
  });
});

describe("our manager with v3", () => {
  const auditorFor = (secrets: SnmpUserSecrets) => {
    const agent = { host: "127.0.0.1", port: served.agent.port };
    const credentials = { version: "3", user: new SnmpUser(secrets), context: "" } as const;
    const client = createSnmpClient({ socket, node: "gw-1", agent, credentials, timeoutMs: 300, retries: 1 });
    const naming = { name: "gw-1", endpoints: null, firstNumber: null };
    return createSnmpAuditor({ naming, client, clock: systemClock(), profile: shippedProfile("tandem"), own: true });
  };

  test("audits all rows, and knows the agent's boot", async () => {
    const auditor = auditorFor(user);
    const full = await auditor.audit("full");
    expect(full).toMatchObject({ complete: true, scalarCount: connections, rowsRead: connections });
    expect(full.rows[0]).toMatchObject({
      codec: "PCMU",
      carries: "speech",
      qos: "bestEffort",
      remoteAddress: "127.0.0.1:40000",
      peerNumber: "01",
    });
    expect(await auditor.audit("liveness")).toMatchObject({ complete: true, rowsRead: 0 });
    auditor.close();
  });

  test.each<[string, SnmpUserSecrets, string]>([
    ["an unknown user", { ...user, user: "nobody" }, "the agent does not know this user"],
    ["a wrong auth secret", { ...user, auth: { ...user.auth!, secret: "a wrong pass phrase" } }, "the agent refuses the signature"],
    ["a wrong privacy secret", { ...user, privacy: { ...user.privacy!, secret: "a wrong pass phrase" } }, "the agent cannot decrypt"],
    ["a lower level", { ...user, privacy: null }, "the agent wants another level of security"],
  ])("says what is wrong with %s", async (_, secrets, complaint) => {
    const auditor = auditorFor(secrets);
    const result = await auditor.audit("full");
    expect(result).toMatchObject({ complete: false, failureKind: "unauthorized", rows: [] });
    expect(result.incompleteBecause).toContain(complaint);
    auditor.close();
  });
});
