import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CallRecord, OutboxEntry } from "./call-record.ts";
import { defaultOutboxLimits, OutboxRules } from "./outbox-rules.ts";

function record(callId: string, errorMs = 40): CallRecord {
  const nobody = { number: null, gateway: null, endpoint: null, address: null, media: null };
  const instant = { at: 1_000, source: "signalling" as const, errorMs: errorMs / 2 };
  return {
    callId,
    calling: nobody,
    called: nobody,
    dialled: null,
    start: instant,
    answer: instant,
    end: instant,
    durationMs: 0,
    durationErrorMs: errorMs,
    carries: null,
    codec: null,
    qos: null,
    cause: 16,
    releasedBy: null,
    outcome: "answered",
    origin: "signalling",
    epochs: [],
    writtenBy: "cs-a",
    writtenAt: 0,
  };
}

const fresh = (): OutboxRules => new OutboxRules(defaultOutboxLimits, [], 0);

describe("the outbox", () => {
  test("offers nothing that is not stored, and everything stored until it is acknowledged", () => {
    const outbox = fresh();
    outbox.add(record("a"));
    outbox.add(record("b"));
    expect(outbox.offer(0, 10)).toEqual([]);
    outbox.stored(1);
    expect(outbox.offer(0, 10).map((entry) => entry.record.callId)).toEqual(["a"]);
    expect(outbox.offer(0, 10)).toHaveLength(1);
    outbox.stored(2);
    expect(outbox.offer(1, 10).map((entry) => entry.sequence)).toEqual([2]);
    expect(outbox.acknowledge(1)).toBe(1);
    expect(outbox.offer(0, 10).map((entry) => entry.sequence)).toEqual([2]);
  });

  test("an acknowledgement never reaches beyond what is stored, and never goes back", () => {
    const outbox = fresh();
    for (const callId of ["a", "b", "c"]) outbox.add(record(callId));
    outbox.stored(2);
    expect(outbox.acknowledge(99)).toBe(2);
    expect(outbox.acknowledge(1)).toBe(2);
    expect(outbox.pending).toBe(1);
  });

  test("one entry per call: a repetition is none, a better record is one, also after the acknowledgement", () => {
    const outbox = fresh();
    expect(outbox.add(record("a", 40))?.sequence).toBe(1);
    expect(outbox.add(record("a", 40))).toBeNull();
    expect(outbox.add(record("a", 900))).toBeNull();
    outbox.stored(1);
    outbox.acknowledge(1);
    expect(outbox.add(record("a", 40))).toBeNull();
    expect(outbox.add(record("a", 10))?.sequence).toBe(2);
  });

  test("after a crash it goes on where the file ends", () => {
    const stored: OutboxEntry[] = [1, 2, 3].map((sequence) => ({ sequence, record: record(`call-${sequence}`) }));
    const outbox = new OutboxRules(defaultOutboxLimits, stored, 1);
    expect(outbox.pending).toBe(2);
    expect(outbox.offer(0, 10).map((entry) => entry.sequence)).toEqual([2, 3]);
    expect(outbox.add(record("call-1"))).toBeNull();
    expect(outbox.add(record("call-4"))?.sequence).toBe(4);
  });

  test("a full outbox is an alarm and loses nothing", () => {
    const outbox = new OutboxRules({ alarmAt: 3, remembered: 1, window: 2 }, [], 0);
    for (let index = 0; index < 5; index += 1) outbox.add(record(`call-${index}`));
    outbox.stored(5);
    expect(outbox.alarm()).toContain("5 call records wait");
    expect(outbox.offer(0, 100)).toHaveLength(2);
    expect(outbox.pending).toBe(5);
  });

  test("whatever is lost on the way, every stored record arrives, and none is dropped before", () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant("add" as const), call: fc.nat(9) }),
      fc.record({ kind: fc.constant("store" as const) }),
      fc.record({ kind: fc.constant("collect" as const), lost: fc.boolean(), acknowledged: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const outbox = fresh();
        const added = new Set<string>();
        const arrived = new Set<string>();
        let collected = 0;
        const collect = (lost: boolean, acknowledged: boolean): void => {
          const entries = outbox.offer(collected, 3);
          if (lost) return;
          for (const entry of entries) arrived.add(entry.record.callId);
          collected = entries.at(-1)?.sequence ?? collected;
          if (acknowledged) outbox.acknowledge(collected);
        };
        for (const one of acts) {
          if (one.kind === "add") {
            outbox.add(record(`call-${one.call}`));
            added.add(`call-${one.call}`);
          } else if (one.kind === "store") outbox.stored(outbox.lastSequence);
          else collect(one.lost, one.acknowledged);
        }
        outbox.stored(outbox.lastSequence);
        for (let round = 0; round < 30; round += 1) collect(false, true);
        expect(arrived).toEqual(added);
        expect(outbox.pending).toBe(0);
      }),
    );
  });
});
