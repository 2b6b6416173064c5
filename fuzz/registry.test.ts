import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { decoders } from "./registry.ts";

test("every decoder has a name of its own and its short run in every npm test", () => {
  const names = decoders.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(existsSync(new URL(`./short-runs/${name}.test.ts`, import.meta.url)), name).toBe(true);
});

test("every real message is read, or refused, without a fault", () => {
  for (const decoder of decoders) {
    const accepted = decoder.corpus().filter((octets) => decoder.accepts(decoder.decode(octets)));
    expect(accepted.length, decoder.name).toBeGreaterThan(decoder.corpus().length / 3);
  }
});
