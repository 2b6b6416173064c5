import { describe, expect, test } from "vitest";
import { FieldReader } from "./field-reader.ts";
import { parseGear } from "./parse-gear.ts";

function gearOf(value: unknown) {
  const problems: string[] = [];
  const spec = parseGear(new FieldReader(value, "gear[0]", problems), 5_000);
  return { spec, problems };
}

describe("gear of others", () => {
  test("a host and a protocol are enough", () => {
    const { spec, problems } = gearOf({ name: "cube-1", host: "10.0.0.9", audit: { protocol: "snmp" } });
    expect(problems).toEqual([]);
    expect(spec).toEqual({
      name: "cube-1",
      kind: "trunk",
      priority: 5,
      control: "none",
      pollSeconds: 5,
      packetsPerSecond: 200,
      polled: true,
      audit: {
        protocol: "snmp",
        address: { host: "10.0.0.9", port: 161 },
        access: { community: "public", user: null },
        context: "",
        profile: null,
      },
    });
  });

  test("osmo-mgw, Kamailio over SIP and over JSON-RPC", () => {
    const osmo = gearOf({ name: "mgw-1", host: "10.0.0.9", control: "mgcp", audit: { protocol: "mgcp", domain: "mgw", vty: 4243 } });
    expect(osmo.problems).toEqual([]);
    expect(osmo.spec.audit).toEqual({
      protocol: "mgcp",
      address: { host: "10.0.0.9", port: 2427 },
      domain: "mgw",
      endpoints: { prefix: "rtpbridge/", count: 31 },
      vty: { host: "10.0.0.9", port: 4243 },
    });
    const sip = {
      protocol: "sip",
      transport: "tcp",
      resources: ["sip:bob@example.net"],
      user: "tandem",
      secret: "env:SIP",
      subscribe: true,
      optionsSeconds: 0,
    };
    expect(gearOf({ name: "proxy", host: "10.0.0.9", audit: sip })).toMatchObject({
      problems: [],
      spec: { audit: { address: { port: 5060 }, user: { name: "tandem", secret: "env:SIP" }, subscribe: true, optionsSeconds: null } },
    });
    expect(gearOf({ name: "proxy", audit: { protocol: "rpc", url: "http://10.0.0.9:5060/RPC" } }).problems).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["no protocol", { audit: {} }, "gear[0].audit.protocol: is missing; it must be one of snmp, mgcp, sip, rpc"],
    ["no address", { audit: { protocol: "snmp" } }, "gear[0].audit.address: is missing; it must be an address like 10.0.0.11:4700"],
    [
      "a command to who is asked by SNMP",
      { host: "h", control: "mgcp", audit: { protocol: "snmp" } },
      "gear[0].control: mgcp needs audit.protocol mgcp",
    ],
    ["nobody to ask about", { host: "h", audit: { protocol: "sip" } }, "gear[0].audit.resources: is missing; it must be a list of names"],
    [
      "a resource that is none",
      { host: "h", audit: { protocol: "sip", resources: ["bob"] } },
      'gear[0].audit.resources: "bob" is no SIP URI',
    ],
    [
      "a secret in the file",
      { host: "h", audit: { protocol: "sip", resources: [], user: "u", secret: "hunter2" } },
      "gear[0].audit.secret: must be file:<path>",
    ],
    ["a field of another protocol", { host: "h", audit: { protocol: "snmp", vty: 4243 } }, "gear[0].audit.vty: is not a field here"],
  ])("refuses %s, and says where and why", (_, value, problem) => {
    const { problems } = gearOf({ name: "g", ...value });
    expect(problems.join("\n")).toContain(problem);
    expect(problems.join("\n")).not.toContain("hunter2");
  });
});
