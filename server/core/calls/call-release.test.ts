/** A call that its server ends by itself: it goes on until a delete gets through, and its record must not claim to know better. */
import { expect, test } from "vitest";
import type { CallEffect, CallEvent } from "./call-event.ts";
import { defaultCallPolicy } from "./call-policy.ts";
import type { CallRecord } from "./call-record.ts";
import { talk } from "./scenarios/play.ts";
import { World } from "./scenarios/world.ts";

/** The records of a call between two lines that an operator ends, whose deletes are answered, one after the other, after so long. */
function recordsOf(...answeredAfterMs: readonly number[]): CallRecord[] {
  const world = new World(1, 1);
  world.quiet = true;
  world.control("cs-a", [...world.gateways.keys()], false, null, 0);
  talk(world, "aaln/1@if-1", "50501", "aaln/1@if-2");
  const control = world.servers.get("cs-a")!;
  const began = { mono: world.mono, wall: world.wall };
  const records: CallRecord[] = [];
  const tell = (event: CallEvent, afterMs: number): readonly CallEffect[] => {
    const effects = control.step(event, { mono: began.mono + afterMs, wall: began.wall + afterMs });
    for (const effect of effects) if (effect.kind === "store-record") records.push(effect.record);
    return effects;
  };
  const deletes = tell({ kind: "release-ordered", callId: "call-1", cause: 16 }, 0).flatMap((effect) =>
    effect.kind === "command" && effect.command.kind === "delete-connection" ? [effect.command.commandId] : [],
  );
  for (const [place, afterMs] of answeredAfterMs.entries()) {
    if (afterMs > defaultCallPolicy.recordMs) tell({ kind: "deadline-passed" }, defaultCallPolicy.recordMs);
    const commandId = deletes[place]!;
    tell({ kind: "command-finished", result: { kind: "done", commandId, connectionId: null, localAddress: null, media: null } }, afterMs);
  }
  return records;
}

const errorsOf = (records: readonly CallRecord[]): number[] => records.map((record) => record.end.errorMs);

test("it was over when the first delete was done", () => {
  expect(errorsOf(recordsOf(20, 300))).toEqual([50]);
  expect(errorsOf(recordsOf(180, 300))).toEqual([180]);
});

test("while no delete is done, it may go on for as long as they are tried", () => {
  expect(errorsOf(recordsOf(2_400, 2_500))).toEqual([8_000, 2_400]);
});
