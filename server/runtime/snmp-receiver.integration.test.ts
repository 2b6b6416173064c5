/** Notifications of an originator that nobody here wrote, net-snmp's snmptrap and snmpinform: who is believed, who is answered, and what costs nothing. */
import { createSocket } from "node:dgram";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Notification } from "../protocols/snmp/notification.ts";
import { systemClock } from "./clock.ts";
import { Counters } from "./counters.ts";
import { FaultTable } from "./faults.ts";
import { openSnmpReceiver, type SnmpReceiver } from "./snmp-receiver.ts";
import { SnmpUser, type SnmpUserSecrets } from "./snmp-user.ts";
import { events, type Sending, sendByNetSnmp } from "./testing/net-snmp.ts";

const cube: SnmpUserSecrets = {
  user: "tandem",
  auth: { protocol: "sha256", secret: "a pass phrase for tests" },
  privacy: { protocol: "aes128", secret: "another phrase for tests" },
};
/** Another piece of gear whose user has the same name. */
const namesake: SnmpUserSecrets = { ...cube, auth: { protocol: "sha256", secret: "a phrase of its own" } };
const engine = { id: "8000000001020304", boots: 3, time: 900 };
const far = "127.0.0.4";
const stormy = "127.0.0.5";

let receiver: SnmpReceiver;
let counters: Counters;
let faults: FaultTable;
let told: [string, Notification][] = [];

const byCommunity = (node: string, host: string, community: string) =>
  ({ node, host, credentials: { version: "2c", community: Buffer.from(community) } }) as const;
const byUser = (node: string, host: string, secrets: SnmpUserSecrets) =>
  ({ node, host, credentials: { version: "3", user: new SnmpUser(secrets), context: "" } }) as const;

beforeAll(async () => {
  counters = new Counters();
  faults = new FaultTable();
  receiver = await openSnmpReceiver({
    self: "cs-a",
    boot: Date.now(),
    // Other addresses of loopback are sources of their own here.
    bind: { host: "0.0.0.0", port: 0 },
    originators: [
      byCommunity("gear-a", "127.0.0.1", "north"),
      byCommunity("gear-b", "localhost", "south"),
      byUser("cube-1", "127.0.0.1", cube),
      byUser("cube-2", "127.0.0.1", namesake),
      byCommunity("far-1", far, "public"),
      byCommunity("storm-1", stormy, "public"),
    ],
    clock: systemClock(),
    faults,
    counters,
    onNotification: (from, notification) => told.push([from, notification]),
  });
});

afterAll(() => receiver.close());

beforeEach(() => {
  told = [];
  faults.set([]);
});

const send = (kind: Sending["kind"], as: Sending["as"], more: Partial<Sending> = {}): Promise<number> =>
  sendByNetSnmp({ kind, as, to: receiver.port, ...more });
const counted = (what: string): number => counters.get(`snmp.traps.${what}`);

/** What a sending does to one counter, once it has risen. */
async function rises(what: string, act: () => Promise<unknown>): Promise<void> {
  const before = counted(what);
  await act();
  await expect.poll(() => counted(what), { timeout: 5_000 }).toBeGreaterThan(before);
}

const linkDown = (kind: "trap" | "inform"): Notification => ({ kind, event: events.linkDown, restart: false });

describe("v2c", () => {
  test("a trap is of the gear whose community it has", async () => {
    await rises("traps", () => send("trap", "north"));
    expect(told).toEqual([["gear-a", linkDown("trap")]]);
  });

  test("gear that the file calls by a name is known by its address", async () => {
    await expect.poll(() => send("inform", "south"), { timeout: 10_000 }).toBe(0);
    expect(told.at(-1)).toEqual(["gear-b", linkDown("inform")]);
  });

  test("an inform is acknowledged", async () => {
    expect(await send("inform", "north", { event: events.coldStart })).toBe(0);
    expect(told).toEqual([["gear-a", { kind: "inform", event: events.coldStart, restart: true }]]);
  });

  test("another community is neither believed nor answered", async () => {
    await rises("wrongCommunity", () => send("trap", "west"));
    expect(await send("inform", "west")).not.toBe(0);
    // What is right for other gear is wrong for this.
    await rises("wrongCommunity", () => send("trap", "north", { from: far }));
    expect(told).toEqual([]);
  });
});

describe("v3", () => {
  test("a trap is verified at the sender's own engine", async () => {
    await rises("traps", () => send("trap", cube, { engine, event: events.warmStart }));
    expect(told).toEqual([["cube-1", { kind: "trap", event: events.warmStart, restart: true }]]);
    await rises("traps", () => send("trap", namesake, { engine: { ...engine, id: "8000000001020305" } }));
    expect(told.at(-1)).toEqual(["cube-2", linkDown("trap")]);
  });

  test("an engine that nobody has heard of is learnt, and of a boot before is nothing believed any more", async () => {
    const fresh = { id: "80000000010203ff", boots: 7, time: 10 };
    await rises("traps", () => send("trap", cube, { engine: fresh }));
    await rises("notInTime", () => send("trap", cube, { engine: { ...fresh, boots: 6, time: 9_000 } }));
    await rises("traps", () => send("trap", cube, { engine: { ...fresh, boots: 8, time: 1 } }));
    expect(told).toHaveLength(2);
  });

  test("an inform finds out our engine and its time by itself, and is acknowledged", async () => {
    await rises("unknownEngineIds", async () => expect(await send("inform", cube)).toBe(0));
    expect(told).toEqual([["cube-1", linkDown("inform")]]);
    expect(await send("inform", namesake, { event: events.coldStart })).toBe(0);
    expect(told.at(-1)).toEqual(["cube-2", { kind: "inform", event: events.coldStart, restart: true }]);
  });

  test.each<[string, SnmpUserSecrets]>([
    ["another user", { ...cube, user: "nobody" }],
    ["another auth secret", { ...cube, auth: { protocol: "sha256", secret: "a wrong pass phrase" } }],
    ["another privacy secret", { ...cube, privacy: { protocol: "aes128", secret: "a wrong pass phrase" } }],
    ["a lower level", { ...cube, privacy: null }],
    ["no security at all", { ...cube, auth: null, privacy: null }],
  ])("with %s neither is believed, and no inform acknowledged", async (_, wrong) => {
    await rises("unauthorized", () => send("trap", wrong, { engine: { ...engine, boots: 99 } }));
    expect(await send("inform", wrong)).not.toBe(0);
    expect(told).toEqual([]);
  });

  test("where no gear is audited with v3, not even our engine is told", async () => {
    await rises("unauthorized", async () => expect(await send("inform", cube, { from: far })).not.toBe(0));
    expect(told).toEqual([]);
  });
});

describe("what is worth nothing", () => {
  /** Sends datagrams from an address of loopback, one after another. */
  async function raw(from: string, datagrams: readonly Uint8Array[]): Promise<void> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, from, resolve));
    for (const octets of datagrams)
      await new Promise<void>((resolve, reject) =>
        socket.send(octets, receiver.port, "127.0.0.1", (error) => (error === null ? resolve() : reject(error))),
      );
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
  const getOfNorth = Buffer.from("302802010104056e6f727468a01c020414a2ce3a020100020100300e300c06082b060102010103000500", "hex");
  const trapOfPublic = Buffer.from(
    "305502010104067075626c6963a74802040eff6d4b020100020100303a300e06082b06010201010300430212673017060a2b06010603010104010006092b0601060301010503300f060a2b060102010202010107020107",
    "hex",
  );

  test("strangers, even with a community that somebody has", async () => {
    await rises("unknownSource", () => raw("127.0.0.9", [trapOfPublic]));
    expect(await send("inform", "north", { from: "127.0.0.9" })).not.toBe(0);
    expect(told).toEqual([]);
  });

  test("noise, and requests that are no notification", async () => {
    await rises("malformed", () => raw("127.0.0.1", [Buffer.from("noise"), new Uint8Array(0)]));
    await rises("malformed", () => raw("127.0.0.1", [getOfNorth]));
    expect(told).toEqual([]);
  });

  test("a storm: most of it is not read, and other gear is heard meanwhile", async () => {
    await rises("tooMany", () =>
      raw(
        stormy,
        Array.from({ length: 500 }, () => trapOfPublic),
      ),
    );
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(200);
    expect(await send("inform", "public", { from: far })).toBe(0);
    expect(told.at(-1)).toEqual(["far-1", linkDown("inform")]);
  });
});

describe("cut off by the lab", () => {
  test("from the gear: not heard", async () => {
    faults.set([{ from: "far-1", to: "cs-a", path: 1 }]);
    await rises("cut", async () => expect(await send("inform", "public", { from: far })).not.toBe(0));
    expect(told).toEqual([]);
  });

  test("to the gear: heard, and the acknowledgement is lost", async () => {
    faults.set([{ from: "cs-a", to: "far-1", path: 1 }]);
    await rises("cut", async () => expect(await send("inform", "public", { from: far })).not.toBe(0));
    expect(told).toEqual([["far-1", linkDown("inform")]]);
  });
});
