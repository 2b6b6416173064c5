/** The window against a model that simply remembers everything. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ReplayGuard, replayWindow } from "./replay-guard.ts";

test("the same datagram is accepted once", () => {
  const guard = new ReplayGuard();
  expect(guard.check("cs-a", 5, 1)).toBe("fresh");
  expect(guard.check("cs-a", 5, 1)).toBe("repeated");
});

test("reordered datagrams inside the window are accepted, those below it are old", () => {
  const guard = new ReplayGuard();
  expect(guard.check("cs-a", 5, 2000)).toBe("fresh");
  expect(guard.check("cs-a", 5, 2000 - replayWindow + 1)).toBe("fresh");
  expect(guard.check("cs-a", 5, 2000 - replayWindow)).toBe("old");
  expect(guard.check("cs-a", 5, 1999)).toBe("fresh");
});

test("a number that shares its place in the window with an earlier one is not mistaken for it", () => {
  const guard = new ReplayGuard();
  for (const sequence of [10, 1000, 1040]) expect(guard.check("cs-a", 5, sequence)).toBe("fresh");
  expect(guard.check("cs-a", 5, 10 + replayWindow)).toBe("fresh");
  expect(guard.check("cs-a", 5, 10 + replayWindow)).toBe("repeated");
});

test("a new boot begins anew, and the earlier boot is old for ever", () => {
  const guard = new ReplayGuard();
  expect(guard.check("cs-a", 5, 900)).toBe("fresh");
  expect(guard.check("cs-a", 6, 1)).toBe("fresh");
  expect(guard.check("cs-a", 5, 901)).toBe("old");
});

test("senders do not disturb each other, and their number is bounded", () => {
  const guard = new ReplayGuard(2);
  expect(guard.check("cs-a", 5, 1)).toBe("fresh");
  expect(guard.check("cs-b", 5, 1)).toBe("fresh");
  expect(guard.check("gw-1", 5, 1)).toBe("too-many-senders");
  expect(guard.check("cs-a", 5, 2)).toBe("fresh");
});

test("agrees with a model that remembers every datagram", () => {
  const step = fc.record({ boot: fc.integer({ min: 1, max: 3 }), jump: fc.integer({ min: -1500, max: 1500 }), small: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const guard = new ReplayGuard();
      const seen = new Set<string>();
      let boot = 0;
      let highest = 0;
      let at = 3000;
      for (const { boot: nextBoot, jump, small } of steps) {
        at = Math.max(0, at + (small ? jump % 40 : jump));
        const key = `${nextBoot}/${at}`;
        const old = nextBoot < boot || (nextBoot === boot && at <= highest - replayWindow);
        const expected = old ? "old" : seen.has(key) ? "repeated" : "fresh";
        expect(guard.check("cs-a", nextBoot, at)).toBe(expected);
        if (expected !== "fresh") continue;
        highest = nextBoot > boot ? at : Math.max(highest, at);
        boot = nextBoot;
        seen.add(key);
      }
    }),
  );
});
