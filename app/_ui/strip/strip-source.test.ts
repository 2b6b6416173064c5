import { describe, expect, test } from "vitest";
import { mergeStrips } from "./strip-source.ts";

describe("strips of several listeners", () => {
  test("what the first did not measure comes from the next", () => {
    const now = { bucketMs: 1000, endsAt: 10_000, values: [null, null, 1, 0] };
    const before = { bucketMs: 1000, endsAt: 9000, values: [5, 2, 0, 3] };
    expect(mergeStrips([now, before])).toEqual({ bucketMs: 1000, endsAt: 10_000, values: [5, 2, 0, 1, 0] });
  });

  test("ends that are a little apart lose no sample; what nobody measured stays unmeasured", () => {
    const now = { bucketMs: 1000, endsAt: 10_300, values: [null, null, 0] };
    const before = { bucketMs: 1000, endsAt: 10_000, values: [4, null, null] };
    expect(mergeStrips([now, before])?.values).toEqual([4, null, 0]);
    expect(mergeStrips([])).toBeNull();
    expect(mergeStrips([now])).toBe(now);
  });
});
