import fc from "fast-check";
import { expect, test } from "vitest";
import { PortSet } from "./port-set.ts";

test("a port set holds what a set of numbers holds", () => {
  const port = fc.integer({ min: 0, max: 8_191 }).map((place) => 16_384 + 2 * place);
  const step = fc.tuple(fc.boolean(), port);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.array(port), (steps, asked) => {
      const ports = new PortSet(16_384);
      const numbers = new Set<number>();
      for (const [adds, which] of steps) {
        if (adds) {
          ports.add(which);
          numbers.add(which);
        } else {
          ports.delete(which);
          numbers.delete(which);
        }
      }
      for (const which of [...asked, ...steps.map(([, one]) => one)]) expect(ports.has(which)).toBe(numbers.has(which));
    }),
  );
});
