/** What is wrong with a profile's file is told in words of the file. */
import { expect, test } from "vitest";
import { shippedProfile } from "./shipped-profiles.ts";
import { parseSnmpProfile } from "./snmp-profile.ts";

const sound = shippedProfile("rfc2128");

function problemsOf(value: unknown): readonly string[] {
  const parsed = parseSnmpProfile(value);
  return "problems" in parsed ? parsed.problems : [];
}

test("its form: each part by name, with what it should be", () => {
  const { title: _, ...untitled } = sound;
  const [first, ...others] = sound.legs.columns;
  const columns = [{ ...first, as: "sekundsAgo" }, ...others];
  expect(problemsOf({ ...untitled, titel: "x", legs: { ...sound.legs, columns } })).toEqual([
    "title: is missing; it is string",
    expect.stringMatching(/^legs\.columns\.0\.as: no such decoding; there are text, number, guid/),
    "the file: there is no part titel",
  ]);
});

test("its sense: columns, states and the watched column", () => {
  const [first, ...others] = sound.legs.columns;
  const state = { ...first!, as: { values: { "1": "alive" } } };
  expect(problemsOf({ ...sound, legs: { ...sound.legs, liveness: "exNope", columns: [state, ...others, others[0]] } })).toEqual([
    "legs.columns: column 3 stands there twice",
    "legs.columns: callActiveCallState cannot be alive; states are unknown, connecting, connected, active, gone",
    "legs.liveness: exNope is no column of legs",
  ]);
  expect(problemsOf(sound)).toEqual([]);
});
