/** The entry for tandem.yaml: the site's parser reads from it what was probed, and no secret stands in it. */
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { FieldReader } from "../../core/site/field-reader.ts";
import type { GearAudit } from "../../core/site/gear.ts";
import { parseGear } from "../../core/site/parse-gear.ts";
import { besideGearYaml, gearYaml, nameOfHost, namesOf } from "./gear-yaml.ts";

const address = { host: "10.0.0.9", port: 1161 };

function readBack(text: string): GearAudit {
  const [entry] = parse(text) as unknown[];
  const problems: string[] = [];
  const { audit } = parseGear(new FieldReader(entry, "gear[0]", problems), 5_000);
  expect(problems).toEqual([]);
  return audit;
}

const user = {
  user: "auditor",
  auth: { protocol: "sha512", secret: "file:keys/auth.secret" },
  privacy: { protocol: "aes256c", secret: "env:PRIVACY" },
} as const;

const audits: readonly GearAudit[] = [
  { protocol: "snmp", address, access: { community: "public", user: null }, context: "", profile: null },
  { protocol: "snmp", address, access: { community: "env:COMMUNITY", user: null }, context: "", profile: "own-gear" },
  { protocol: "snmp", address: { host: "2001:db8::9", port: 161 }, access: { community: null, user }, context: "", profile: null },
  {
    protocol: "snmp",
    address,
    access: { community: null, user: { user: "open", auth: null, privacy: null } },
    context: "",
    profile: null,
  },
  {
    protocol: "mgcp",
    address,
    domain: "mgw",
    endpoints: { prefix: "rtpbridge/", count: 512 },
    vty: { host: "127.0.0.1", port: 4243 },
  },
  { protocol: "mgcp", address, domain: "[10.0.0.9]", endpoints: { prefix: "ds/e1-1/", count: 31 }, vty: null },
  {
    protocol: "sip",
    address,
    transport: "tcp",
    resources: ["sip:bob@10.0.0.9", "sips:+4930123@example.net"],
    user: { name: "tandem", secret: "file:keys/sip.secret" },
    subscribe: false,
    optionsSeconds: 10,
  },
  { protocol: "rpc", url: "http://10.0.0.9:5060/RPC" },
];

describe("an entry of gear", () => {
  test.each(audits)("$protocol, read back", (audit) => {
    expect(readBack(gearYaml("gear-1", audit))).toEqual(audit);
  });

  test("a community that was typed is not repeated, but asked for by reference", () => {
    const text = gearYaml("gear-1", {
      protocol: "snmp",
      address,
      access: { community: "n0t-public", user: null },
      context: "",
      profile: null,
    });
    expect(text).not.toContain("n0t-public");
    expect(text).toMatch(/^# Put the community into keys\/snmp.community/);
    expect(readBack(text)).toMatchObject({ access: { community: "file:keys/snmp.community" } });
  });

  test("who is to be asked about over SIP is left to the person", () => {
    const text = gearYaml("gear-1", {
      protocol: "sip",
      address,
      transport: "udp",
      resources: [],
      user: null,
      subscribe: false,
      optionsSeconds: 10,
    });
    expect(text).toMatch(/^# Say whom to ask about/);
    const problems: string[] = [];
    parseGear(new FieldReader((parse(text) as unknown[])[0], "gear[0]", problems), 5_000);
    expect(problems).toEqual([expect.stringMatching(/^gear\[0\]\.audit\.resources: say whom to ask about/)]);
  });
});

test.each([
  ["10.0.0.9", "gear-10-0-0-9"],
  ["2001:db8::9", "gear-2001-db8-9"],
  ["GW-3.example.net", "gw-3"],
  ["9gw.example.net", "gear-9gw-example-net"],
  [`a${"b".repeat(60)}.example`, `a${"b".repeat(31)}`],
])("%s is named %s", (host, name) => {
  expect(nameOfHost(host)).toBe(name);
});

test("entries for one host have different names, none of them too long", () => {
  expect(namesOf("10.0.0.9", ["mgcp", "sip", "rpc"])).toEqual(["gear-10-0-0-9", "gear-10-0-0-9-sip", "gear-10-0-0-9-rpc"]);
  expect(namesOf("a".repeat(40), ["snmp", "mgcp"])).toEqual(["a".repeat(32), `${"a".repeat(27)}-mgcp`]);
});

test("a profile of one's own needs the folder that it is in; a shipped one does not", () => {
  const own = { protocol: "snmp", address, access: { community: "public", user: null }, context: "", profile: "own-gear" } as const;
  expect(besideGearYaml(own, "./profiles")).toBe("snmpProfiles: ./profiles\n");
  expect(besideGearYaml({ ...own, profile: null }, "./profiles")).toBeNull();
});
