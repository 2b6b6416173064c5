import { expect, test } from "vitest";
import { defaultReachability, pinged, type Reachability, unknownReachability } from "./reachability.ts";

/** `+` an answer, `-` a miss, one second apart → the state after each, by its first letter. */
function play(pings: string): string {
  let state: Reachability = unknownReachability(0);
  return [...pings]
    .map((ping, i) => {
      state = pinged(state, ping === "+", (i + 1) * 1000, defaultReachability);
      return state.state[0];
    })
    .join("");
}

test.each([
  ["+", "u"],
  ["-", "u"],
  ["+--+--+", "uuuuuuu"],
  ["+---", "uuud"],
  ["---+-++", "uuddddu"],
  ["----", "uudd"],
])("%s → %s", (pings, states) => {
  expect(play(pings)).toBe(states);
});

test("unknown stays unknown until there are enough misses, and says since when", () => {
  let state = unknownReachability(5);
  state = pinged(state, false, 10, defaultReachability);
  expect(state).toEqual({ state: "unknown", since: 5, misses: 1, answers: 0 });
  state = pinged(state, false, 20, defaultReachability);
  state = pinged(state, false, 30, defaultReachability);
  expect(state).toEqual({ state: "down", since: 30, misses: 3, answers: 0 });
  state = pinged(state, false, 40, defaultReachability);
  expect(state.since).toBe(30);
});
