/** Each fault that the program looks for, planted once and found. */
import { describe, expect, test } from "vitest";
import type { AnyDecoder } from "./decoder.ts";
import { breaksAlike, examineGuarded } from "./guarded.ts";
import { LeakWatch } from "./leak-watch.ts";
import { Mutator } from "./mutator.ts";
import { type Finding, type RangeResult, runRange } from "./range.ts";
import { shrink } from "./shrink.ts";
import { faultless, forgetting, hanging, leaking, slow, swelling, throwing } from "./testing/planted.ts";

const seed = 3;
const limits = { tries: 1000, ms: 2000 };
const unlucky = Uint8Array.of(0x2c, 0xff);

function run(decoder: AnyDecoder, to: number, from = 0): RangeResult {
  return runRange({ decoder, mutator: new Mutator(decoder), seed, from, to, begins: () => {} });
}

/** That can be found again: on a machine that does much else any input may once look slow. */
function firstFinding(decoder: AnyDecoder): Finding | undefined {
  for (let from = 0; from < 5000; from += 50) {
    const mutator = new Mutator(decoder);
    const found = run(decoder, from + 50, from).findings.find(({ at, kind }) => breaksAlike(decoder, mutator.input(seed, at), kind));
    if (found !== undefined) return found;
  }
  return undefined;
}

describe("a planted fault is found", () => {
  test.each([
    [throwing, "throws", "planted"],
    [slow, "slow", "ms for"],
    [swelling, "size", "became a result of more than"],
    [forgetting, "mirror", "decoded again to"],
  ] as const)("$name", (decoder, kind, text) => {
    const first = firstFinding(decoder);
    expect(first).toMatchObject({ kind, text: expect.stringContaining(text) });
    if (first === undefined) return;
    // By its number alone the same input is made again, fails again, and is small when everything else was taken away.
    const input = new Mutator(decoder).input(seed, first.at);
    expect(breaksAlike(decoder, input, kind)).toBe(true);
    if (kind === "slow") return;
    const small = shrink(input, (octets) => breaksAlike(decoder, octets, kind), limits);
    // What forgets its first octet needs one to forget.
    expect(small.slice(kind === "mirror" ? 1 : 0)).toEqual(unlucky);
  });

  test("one that hangs is ended, and shrunk all the same", () => {
    expect(examineGuarded(hanging, unlucky, 60).problem?.kind).toBe("hangs");
    expect(examineGuarded(hanging, Uint8Array.of(1), 60).problem).toBeNull();
    expect(shrink(Uint8Array.of(9, 0x2c, 0xff), (octets) => breaksAlike(hanging, octets, "hangs"), limits)).toEqual(unlucky);
  });

  test("one that keeps what it read", () => {
    const watch = new LeakWatch();
    expect(watch.after({ from: 0, to: 1 })).toBeNull();
    run(faultless, 5000);
    expect(watch.after({ from: 0, to: 5000 })).toBeNull();
    run(leaking, 30_000);
    expect(watch.after({ from: 0, to: 30_000 })).toMatchObject({ kind: "memory" });
  });

  test("and nothing in one that keeps its promises", () => {
    const { findings, inputs, accepted } = run(faultless, 5000);
    expect({ findings, inputs, accepted }).toEqual({ findings: [], inputs: 5000, accepted: 5000 });
  });
});
