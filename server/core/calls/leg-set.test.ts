import fc from "fast-check";
import { expect, test } from "vitest";
import { legKeyText } from "./connection.ts";
import { LegSet } from "./leg-set.ts";
import { auditedLeg } from "./testing/audited-leg.ts";

const key = fc.record({ bootEpoch: fc.constantFrom(7000, 8000), setupTicks: fc.nat(6), index: fc.nat(6) });

test("it holds what a map by the key's text would hold, in the same order", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), key), { maxLength: 200 }), (steps) => {
      const set = new LegSet();
      const map = new Map<string, ReturnType<typeof auditedLeg>>();
      for (const [added, { bootEpoch, setupTicks, index }] of steps) {
        const row = auditedLeg({ gateway: "gw-1", endpoint: null, callId: null, bootEpoch, setupTicks, index });
        if (added) {
          set.put(row);
          map.set(legKeyText(row), row);
        } else {
          set.delete(row);
          map.delete(legKeyText(row));
        }
        expect(set.size).toBe(map.size);
        expect(set.get(row)).toBe(map.get(legKeyText(row)) ?? null);
      }
      expect([...set.values()]).toEqual([...map.values()]);
    }),
  );
});
