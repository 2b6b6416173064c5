import { describe, expect, test } from "vitest";
import { BackWriter } from "../protocols/snmp/ber.ts";
import { readMessage, type SecureMessage, wrapScope } from "../protocols/snmp/message.ts";
import { writeRequest } from "../protocols/snmp/pdu.ts";
import { type OriginatorSpec, Originators } from "./snmp-originators.ts";
import { SnmpUser } from "./snmp-user.ts";

const byCommunity = (node: string, host: string, community = "public"): OriginatorSpec => ({
  node,
  host,
  credentials: { version: "2c", community: Buffer.from(community) },
});
const secrets = { user: "tandem", auth: { protocol: "sha256", secret: "a pass phrase" }, privacy: null } as const;
const user = new SnmpUser(secrets);
const byUser: OriginatorSpec = { node: "cube-1", host: "10.0.0.9", credentials: { version: "3", user, context: "" } };

const namesAt = (originators: Originators, address: string): string[] | null =>
  originators.at(address)?.originators.map(({ node }) => node) ?? null;

describe("where they send from", () => {
  test("the address of the audit, however it is written; any port; nobody else", () => {
    const originators = new Originators([byCommunity("a", "10.0.0.1"), byCommunity("b", "FD00:0::2")], 0);
    expect(namesAt(originators, "10.0.0.1")).toEqual(["a"]);
    expect(namesAt(originators, "::ffff:10.0.0.1")).toEqual(["a"]);
    expect(namesAt(originators, "fd00::2")).toEqual(["b"]);
    expect(namesAt(originators, "10.0.0.3")).toBeNull();
    expect(originators.haveNames).toBe(false);
  });

  test("several behind one address are told apart by community, and those with the same one go together", () => {
    const originators = new Originators([byCommunity("a", "10.0.0.1"), byCommunity("b", "10.0.0.1", "north"), byUser], 0);
    const { originators: here } = originators.at("10.0.0.1")!;
    expect(here.filter((one) => one.hasCommunity(Buffer.from("north"))).map(({ node }) => node)).toEqual(["b"]);
    expect(here.filter((one) => one.hasCommunity(Buffer.from("nort"))).map(({ node }) => node)).toEqual([]);
    expect(originators.at("10.0.0.9")!.originators[0]!.hasCommunity(Buffer.from("public"))).toBe(false);
    expect(originators.at("10.0.0.9")!.originators[0]!.user).toBe(user);
    expect(here[0]!.user).toBeNull();
  });

  test("a name stands for its addresses once it is looked up; a name that nobody knows changes nothing for the others", async () => {
    const specs = [byCommunity("a", "localhost"), byCommunity("b", "no such host"), byCommunity("c", "127.0.0.1")];
    const originators = new Originators(specs, 0);
    expect(originators.haveNames).toBe(true);
    expect(namesAt(originators, "127.0.0.1")).toEqual(["c"]);
    const { bucket } = originators.at("127.0.0.1")!;
    await originators.lookUp(() => 0);
    const names = [...(namesAt(originators, "127.0.0.1") ?? []), ...(namesAt(originators, "::1") ?? [])];
    expect(names).toContain("a");
    expect(names).toContain("c");
    expect(names).not.toContain("b");
    // A storm is not let through by looking names up.
    expect(originators.at("127.0.0.1")!.bucket).toBe(bucket);
  });
});

test("a storm from one address is bounded, and does not silence another", () => {
  const originators = new Originators([byCommunity("a", "10.0.0.1"), byCommunity("b", "10.0.0.2")], 0);
  const heard = (address: string, now: number): boolean => {
    const { bucket } = originators.at(address)!;
    if (bucket.waitMs(1, now) > 0) return false;
    bucket.charge(1, now);
    return true;
  };
  let count = 0;
  for (let i = 0; i < 10_000; i++) if (heard("10.0.0.1", i)) count += 1;
  expect(count).toBeLessThanOrEqual(40 + 20 * 10);
  expect(count).toBeGreaterThanOrEqual(20 * 10);
  expect(heard("10.0.0.2", 10_000)).toBe(true);
});

describe("what is too old", () => {
  const told = (engine: number, engineBoots: number, engineTime: number): SecureMessage => {
    const writer = new BackWriter(64);
    writeRequest(writer, { kind: "get", names: [], nonRepeaters: 0, maxRepetitions: 0 }, 1);
    const engineId = Uint8Array.of(0x80, 0, 0, 0, 4, engine);
    wrapScope(writer, engineId, new Uint8Array(0));
    const message = readMessage(user.seal(writer, { messageId: 1, engineId, engineBoots, engineTime, reportable: false }));
    if (message?.version !== "3") throw new Error("not v3");
    return message;
  };
  const originator = () => new Originators([byUser], 0).at("10.0.0.9")!.originators[0]!;

  test("an engine that was never heard is believed and learnt; what it said before is not, when it is 150 s old", () => {
    const cube = originator();
    expect(cube.isInTime(told(1, 5, 1_000), 0)).toBe(true);
    expect(cube.isInTime(told(1, 5, 1_100), 100_000)).toBe(true);
    expect(cube.isInTime(told(1, 5, 1_000), 100_000)).toBe(true);
    expect(cube.isInTime(told(1, 5, 1_000), 160_001)).toBe(false);
    expect(cube.isInTime(told(1, 4, 9_000), 160_001)).toBe(false);
    expect(cube.isInTime(told(1, 6, 1), 160_001)).toBe(true);
    expect(cube.isInTime(told(1, 5, 1_170), 170_000)).toBe(false);
  });

  test("engines are told apart, and only so many are remembered", () => {
    const cube = originator();
    for (let engine = 1; engine <= 8; engine++) expect(cube.isInTime(told(engine, 5, 1_000), 0)).toBe(true);
    expect(cube.isInTime(told(1, 4, 1_000), 0)).toBe(false);
    expect(cube.isInTime(told(9, 5, 1_000), 0)).toBe(true);
    expect(cube.isInTime(told(1, 4, 1_000), 0)).toBe(true);
    expect(cube.isInTime(told(9, 4, 1_000), 0)).toBe(false);
  });
});
