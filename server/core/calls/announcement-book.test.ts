import { describe, expect, test } from "vitest";
import { AnnouncementBook, type AnnouncementEffect } from "./announcement-book.ts";
import { meaningOf } from "./restart-announcement.ts";

const plan = { name: "gw-1", prefix: "ds/e1-1/", count: 2_000 };
const at = (mono: number) => ({ mono, wall: 1_000_000 + mono });

function book(gateways = 1): AnnouncementBook {
  return new AnnouncementBook(new Map(Array.from({ length: gateways }, (_, i) => [`gw-${i + 1}`, { ...plan, name: `gw-${i + 1}` }])));
}

/** What is due until then, each with its instant. */
function run(of: AnnouncementBook, from: number, to: number): [number, AnnouncementEffect][] {
  const told: [number, AnnouncementEffect][] = [];
  for (let now = of.deadline(); now !== null && now <= to; now = of.deadline()) {
    const effects = of.tick(Math.max(from, now));
    expect(effects.length).toBeGreaterThan(0);
    told.push(...effects.map((effect): [number, AnnouncementEffect] => [Math.max(from, now as number), effect]));
  }
  return told;
}

describe("what RSIP means (RFC 3435 4.4.6)", () => {
  test.each([
    ["restart", true, true, true],
    ["forced", true, false, true],
    ["graceful", false, false, false],
    ["cancel-graceful", false, true, false],
    ["disconnected", false, true, true],
    [null, false, null, true],
  ])("%s: connections lost %s, in service %s, audit %s", (method, lost, inService, audit) => {
    const whole = meaningOf({ endpoint: "*@gw-1", method }, plan);
    expect(whole).toEqual({ kind: "understood", endpoints: null, lost, inService, audit });
    const one = meaningOf({ endpoint: "DS/E1-1/7@gw-1", method }, plan);
    expect(one).toEqual({ kind: "understood", endpoints: ["ds/e1-1/7@gw-1"], lost, inService, audit });
  });

  test("unknown methods and endpoints are refused with their codes", () => {
    expect(meaningOf({ endpoint: "*@gw-1", method: "x-reboot" }, plan)).toMatchObject({ kind: "refused", code: 536 });
    for (const endpoint of ["ds/e1-1/2001@gw-1", "aaln/1@gw-1", "*@gw-2", "ds/e1-1/$@gw-1"]) {
      expect(meaningOf({ endpoint, method: "restart" }, plan)).toMatchObject({ kind: "refused", code: 500 });
    }
  });
});

describe("announcements", () => {
  test("of a whole gateway mean something at once, and one audit", () => {
    const one = book();
    expect(one.heard("gw-1", { endpoint: "*@gw-1", method: "restart" }, at(50))).toBe(200);
    expect(one.tick(50)).toEqual([
      { kind: "connections-lost", gateway: "gw-1", endpoints: null, at: 1_000_050 },
      { kind: "service-changed", gateway: "gw-1", endpoints: null, inService: true },
      { kind: "announced", gateway: "gw-1", method: "restart", messages: 1, whole: true },
      { kind: "audit", gateway: "gw-1" },
    ]);
    expect(one.deadline()).toBeNull();
  });

  test("disconnected clears nothing and audits at once; graceful only lets no new calls in", () => {
    const one = book();
    one.heard("gw-1", { endpoint: "*@gw-1", method: "disconnected" }, at(0));
    expect(run(one, 0, 10_000).map(([now, effect]) => [now, effect.kind])).toEqual([
      [0, "audit"],
      [100, "service-changed"],
      [100, "announced"],
    ]);
    one.heard("gw-1", { endpoint: "ds/e1-1/3@gw-1", method: "graceful" }, at(20_000));
    expect(run(one, 20_000, 30_000).map(([, effect]) => effect)).toEqual([
      { kind: "service-changed", gateway: "gw-1", endpoints: ["ds/e1-1/3@gw-1"], inService: false },
      { kind: "announced", gateway: "gw-1", method: "graceful", messages: 1, whole: false },
    ]);
  });

  test("an avalanche of thousands is one loss and one audit for each gateway, the audits apart", () => {
    const all = book(4);
    const began = performance.now();
    for (let index = 1; index <= 2_000; index++) {
      for (let gateway = 1; gateway <= 4; gateway++) {
        const name = `gw-${gateway}`;
        expect(all.heard(name, { endpoint: `ds/e1-1/${index}@${name}`, method: "restart" }, at(index / 40))).toBe(200);
      }
    }
    expect(performance.now() - began).toBeLessThan(500);
    const told = run(all, 0, 60_000);
    const lost = told.flatMap(([, effect]) => (effect.kind === "connections-lost" ? [effect] : []));
    expect(lost.map((effect) => [effect.gateway, effect.endpoints?.length])).toEqual([1, 2, 3, 4].map((n) => [`gw-${n}`, 2_000]));
    expect(told.filter(([, effect]) => effect.kind === "announced")).toHaveLength(4);
    const audits = told.filter(([, effect]) => effect.kind === "audit").map(([now]) => now);
    expect(audits).toHaveLength(4);
    for (let i = 1; i < audits.length; i++) expect((audits[i] as number) - (audits[i - 1] as number)).toBeGreaterThan(249);
  });

  test("a gateway that cannot stop is audited again only after a while, and loses its connections once a moment", () => {
    const one = book();
    const effects: AnnouncementEffect[] = [];
    for (let now = 0; now < 1_000; now += 1) {
      one.heard("gw-1", { endpoint: "*@gw-1", method: "restart" }, at(now));
      effects.push(...one.tick(now));
    }
    expect(effects.filter((effect) => effect.kind === "connections-lost").length).toBeLessThanOrEqual(11);
    expect(effects.filter((effect) => effect.kind === "audit")).toHaveLength(1);
    expect(run(one, 1_000, 10_000).filter(([, effect]) => effect.kind === "audit")).toEqual([[2_000, { kind: "audit", gateway: "gw-1" }]]);
  });

  test("what an endpoint said last about its service counts, and what the whole gateway said overrules it", () => {
    const one = book();
    const [first, second] = ["ds/e1-1/1@gw-1", "ds/e1-1/2@gw-1"];
    one.heard("gw-1", { endpoint: first, method: "graceful" }, at(0));
    one.heard("gw-1", { endpoint: first, method: "cancel-graceful" }, at(1));
    one.heard("gw-1", { endpoint: second, method: "forced" }, at(2));
    expect(one.before("gw-1").filter((effect) => effect.kind !== "announced")).toEqual([
      { kind: "connections-lost", gateway: "gw-1", endpoints: [second], at: 1_000_000 },
      { kind: "service-changed", gateway: "gw-1", endpoints: [first], inService: true },
      { kind: "service-changed", gateway: "gw-1", endpoints: [second], inService: false },
    ]);
    one.heard("gw-1", { endpoint: second, method: "graceful" }, at(3));
    one.heard("gw-1", { endpoint: "*@gw-1", method: "cancel-graceful" }, at(4));
    expect(one.before("gw-1").filter((effect) => effect.kind === "service-changed")).toEqual([
      { kind: "service-changed", gateway: "gw-1", endpoints: null, inService: true },
    ]);
    expect(one.before("gw-1")).toEqual([]);
  });

  test("of a gateway that the site does not know are refused", () => {
    expect(book().heard("gw-9", { endpoint: "*@gw-9", method: "restart" }, at(0))).toBe(500);
  });
});
