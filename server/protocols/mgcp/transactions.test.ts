/** At-most-once transactions as dialogues in virtual time. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createReceiver, historyMs } from "./receiver.ts";
import { createSender, lanPolicy, retransmissionMs, type Sender } from "./sender.ts";
import { auditRange, bootRange, epochRange, nextTransactionId } from "./transaction-range.ts";

/** Runs the sender until nothing is due any more; tells what it did when. */
function script(sender: Sender, until: number): string[] {
  const lines: string[] = [];
  for (let at = sender.deadline(); at !== null && at <= until; at = sender.deadline()) {
    const effects = sender.tick(at);
    expect(effects.length).toBeGreaterThan(0);
    for (const effect of effects) lines.push(effect.kind === "suspect" ? `suspect ${effect.to}` : `${effect.kind} ${effect.transaction}`);
  }
  return lines;
}

describe("the sender", () => {
  test("retransmits seven times with doubling pauses, suspects after five, then gives up", () => {
    const sender = createSender();
    sender.send(0, 1, "if-1", 20_000);
    const again = "transmit 1";
    expect(script(sender, 30_000)).toEqual([again, again, again, again, again, "suspect if-1", again, again, "given-up 1"]);
    expect(sender.pending).toBe(0);
    expect(sender.deadline()).toBeNull();
  });

  test("pauses grow from RTO to RTO-MAX, never shorter than their base, never half as long again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), fc.integer({ min: 0, max: 7 }), (id, attempt) => {
        const base = Math.min(4000, 100 * 2 ** attempt);
        const pause = retransmissionMs(lanPolicy, id, attempt);
        expect(pause).toBeGreaterThanOrEqual(base);
        expect(pause).toBeLessThanOrEqual(base * 1.5);
      }),
    );
  });

  test("a deadline ends it earlier", () => {
    const sender = createSender();
    sender.send(0, 1, "if-1", 250);
    expect(script(sender, 250).at(-1)).toBe("given-up 1");
  });

  test("a provisional answer stretches the pause to LONGTRAN, a final one ends it", () => {
    const sender = createSender();
    sender.send(0, 1, "if-1", 20_000);
    expect(sender.receive(10, 1, "if-1", 100).reception).toBe("provisional");
    expect(sender.deadline()).toBe(5010);
    expect(sender.receive(900, 1, "if-1", 200).reception).toBe("final");
    expect(sender.receive(901, 1, "if-1", 200).reception).toBe("unknown");
  });

  test("an answer from elsewhere is nobody's", () => {
    const sender = createSender();
    sender.send(0, 1, "if-1", 20_000);
    expect(sender.receive(10, 1, "gw-2", 200).reception).toBe("elsewhere");
    expect(sender.pending).toBe(1);
  });

  test("keeps 32 under way to one destination and the rest in order; other destinations do not wait", () => {
    const sender = createSender({ ...lanPolicy, window: 2, queue: 2 });
    const offers = [1, 2, 3, 4, 5].map((id) => sender.send(0, id, "if-1", 20_000).offer);
    expect(offers).toEqual(["sent", "sent", "queued", "queued", "queue-full"]);
    expect(sender.send(0, 6, "gw-1", 20_000).offer).toBe("sent");
    expect(sender.receive(1, 3, "if-1", 200).reception).toBe("unknown");
    expect(sender.receive(1, 2, "if-1", 200).effects).toEqual([{ kind: "transmit", transaction: 3, to: "if-1", attempt: 0 }]);
    expect(sender.cancel(2, 4)).toEqual([]);
    expect(
      sender
        .abandon()
        .map((effect) => effect.kind === "given-up" && effect.transaction)
        .sort(),
    ).toEqual([1, 3, 6]);
  });

  test("what waits in the queue is given up at its deadline too", () => {
    const sender = createSender({ ...lanPolicy, window: 1 });
    sender.send(0, 1, "if-1", 20_000);
    sender.send(0, 2, "if-1", 50);
    expect(sender.tick(50)).toEqual([{ kind: "given-up", transaction: 2, to: "if-1", attempts: 0 }]);
  });

  test("confirms final answers once, as ranges", () => {
    const sender = createSender();
    for (const id of [5, 6, 7, 9]) {
      sender.send(0, id, "if-1", 20_000);
      sender.receive(1, id, "if-1", 200);
    }
    const ranges = [
      { first: 5, last: 7 },
      { first: 9, last: 9 },
    ];
    expect(sender.takeConfirmed("if-1")).toEqual(ranges);
    expect(sender.takeConfirmed("if-1")).toEqual([]);
  });
});

describe("the receiver", () => {
  test("executes once, says so while it works, and repeats the answer for T-HIST", () => {
    const receiver = createReceiver<string>();
    expect(receiver.accept(0, "cs-a/1/41", 7)).toEqual({ kind: "execute" });
    expect(receiver.accept(1, "cs-a/1/41", 7)).toEqual({ kind: "in-progress" });
    receiver.respond(2, "cs-a/1/41", 7, "200 7 OK");
    expect(receiver.accept(3, "cs-a/1/41", 7)).toEqual({ kind: "replay", response: "200 7 OK" });
    expect(receiver.deadline()).toBe(2 + historyMs);
    receiver.tick(2 + historyMs);
    expect(receiver.accept(40_000, "cs-a/1/41", 7)).toEqual({ kind: "execute" });
  });

  test("never answers a new owner, epoch or boot from the memory of another", () => {
    const receiver = createReceiver<string>();
    receiver.accept(0, "cs-a/1/41", 7);
    receiver.respond(0, "cs-a/1/41", 7, "old");
    for (const source of ["cs-b/1/42", "cs-a/1/42", "cs-a/2/41"]) expect(receiver.accept(1, source, 7)).toEqual({ kind: "execute" });
  });

  test("forgets what is confirmed or withdrawn, and is bounded", () => {
    const receiver = createReceiver<string>({ remembered: 3, executing: 2 });
    for (const id of [1, 2, 3, 4]) {
      receiver.accept(0, "s", id);
      receiver.respond(0, "s", id, "ok");
    }
    expect(receiver.remembered).toBe(3);
    receiver.confirm("s", [{ first: 1, last: 999_999_999 }]);
    expect(receiver.remembered).toBe(0);
    receiver.accept(0, "s", 5);
    receiver.accept(0, "s", 6);
    expect(receiver.accept(0, "s", 7)).toEqual({ kind: "overloaded" });
    receiver.withdraw("s", 5);
    expect(receiver.accept(0, "s", 5)).toEqual({ kind: "execute" });
  });
});

describe("transaction ids", () => {
  test("of neighbouring epochs, boots and auditors never meet, and stay within the RFC's range", () => {
    const ranges = [
      ...Array.from({ length: 4096 }, (_, i) => epochRange(i)),
      ...Array.from({ length: 17 }, (_, rank) => auditRange(rank, 1_790_000_000_000)),
    ];
    const sorted = ranges.sort((a, b) => a.first - b.first);
    for (const [i, range] of sorted.entries()) {
      expect(range.first).toBeGreaterThan(i === 0 ? 0 : (sorted[i - 1]?.first ?? 0) + (sorted[i - 1]?.count ?? 0) - 1);
      expect(range.first + range.count - 1).toBeLessThanOrEqual(999_999_999);
    }
    expect(epochRange(4097)).toEqual(epochRange(1));
    expect(bootRange(1_790_000_000_000)).not.toEqual(bootRange(1_790_000_001_000));
    expect(auditRange(0, 1_790_000_000_000)).not.toEqual(auditRange(0, 1_790_000_001_000));
  });

  test("rise by one and begin again at the end of their range", () => {
    const range = { first: 101, count: 3 };
    expect([null, 101, 102, 103].map((last) => nextTransactionId(range, last))).toEqual([101, 102, 103, 101]);
  });
});
