import { describe, expect, it } from "vitest";
import { AliveBefore } from "./alive-before.ts";

const at = (mono: number) => ({ mono, wall: 1_790_000_000_000 + mono });

describe("when a gateway was surely alive before it restarted", () => {
  it("counts when the answered datagram was sent, not when its answer came", () => {
    const alive = new AliveBefore();
    alive.answered("gw-1", 1, 1000, at(1000));
    alive.answered("gw-1", 1, 1100, at(1900)); // comes 800 ms later
    expect(alive.restarted("gw-1", at(2500))).toBe(at(1100).wall);
  });

  it("does not mix what was before the restart with what came after", () => {
    const alive = new AliveBefore();
    alive.answered("gw-1", 1, 1000, at(1000));
    alive.answered("gw-1", 1, 1100, at(1100));
    // Its first answer since: the newest datagram that is known to be answered is still one of before.
    alive.answered("gw-1", 2, 1100, at(1100));
    alive.answered("gw-1", 2, 2300, at(2300));
    expect(alive.restarted("gw-1", at(2500))).toBe(at(1100).wall);
  });

  it("keeps what it knew where an answer tells nothing", () => {
    const alive = new AliveBefore();
    alive.answered("gw-1", 1, 900, at(900));
    alive.answered("gw-1", 1, 1000, at(1000));
    alive.answered("gw-1", 1, null, at(1900));
    expect(alive.restarted("gw-1", at(2500))).toBe(at(1000).wall);
    expect(alive.restarted("gw-2", at(2500))).toBeNull();
  });

  it("is dated no later than either clock tells", () => {
    const alive = new AliveBefore();
    alive.answered("gw-1", 1, 900, at(900));
    alive.answered("gw-1", 1, 1000, at(1000));
    expect(alive.restarted("gw-1", { mono: 2000, wall: at(2000).wall + 5000 })).toBe(at(1000).wall);
    expect(alive.restarted("gw-1", { mono: 2000, wall: at(2000).wall - 700 })).toBe(at(1000).wall - 700);
  });
});
