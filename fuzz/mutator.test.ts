/** What is made of a seed: always the same, within its bounds, mostly changed, sometimes not. */
import { describe, expect, test } from "vitest";
import { Mutator } from "./mutator.ts";
import { Random } from "./random.ts";
import { decoders } from "./registry.ts";
import { Scratch } from "./scratch.ts";

const inputs = 1500;

describe.each(decoders.map((decoder) => [decoder.name, decoder] as const))("inputs for %s", (_name, decoder) => {
  test("are the same from the same seed, in any order, and other ones from another", () => {
    const [one, other] = [new Mutator(decoder), new Mutator(decoder)];
    const first = Array.from({ length: 50 }, (_, index) => one.input(5, index));
    for (let index = 49; index >= 0; index -= 1) expect(other.input(5, index)).toEqual(first[index]);
    expect(Array.from({ length: 50 }, (_, index) => one.input(6, index))).not.toEqual(first);
  });

  test("keep the bound, are hardly ever alike, and now and then a message as it was", () => {
    const mutator = new Mutator(decoder);
    const known = new Set(decoder.corpus().map((octets) => Buffer.from(octets).toString("hex")));
    const seen = new Set<string>();
    let untouched = 0;
    for (let index = 0; index < inputs; index += 1) {
      const octets = mutator.input(1, index);
      if (octets.length > decoder.maxOctets) expect.fail(`input ${index} has ${octets.length} octets`);
      const hex = Buffer.from(octets).toString("hex");
      if (known.has(hex)) untouched += 1;
      seen.add(hex);
    }
    expect(seen.size).toBeGreaterThan(0.85 * inputs);
    expect(untouched).toBeGreaterThan(inputs / 200);
    expect(untouched).toBeLessThan(inputs / 10);
  });
});

test("a scratch never grows beyond its capacity, whatever is put into it", () => {
  const random = new Random();
  random.start(1, 1);
  const scratch = new Scratch(40);
  const model: number[] = [];
  for (let step = 0; step < 5000; step += 1) {
    const at = random.below(scratch.length + 1);
    const removed = random.below(scratch.length - at + 1);
    const inserted = Uint8Array.from({ length: random.below(30) }, () => random.below(256));
    scratch.replace(at, removed, inserted);
    model.splice(at, removed, ...inserted.subarray(0, 40 - at));
    model.length = Math.min(model.length, 40);
    expect([...scratch.copy()]).toEqual(model);
  }
  scratch.load(Uint8Array.of(1, 2, 3));
  scratch.repeat(1, 2, 1000);
  expect(scratch.length).toBe(40);
  expect([...scratch.slice(0, 6)]).toEqual([1, 2, 3, 2, 3, 2]);
});
