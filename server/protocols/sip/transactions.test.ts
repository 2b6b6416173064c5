/** Client and server transactions, minute by minute and without a clock. */
import { describe, expect, test } from "vitest";
import { type ClientEffect, ClientTransactions } from "./client-transactions.ts";
import { ServerTransactions } from "./server-transactions.ts";
import { standardTimers } from "./timers.ts";

/** Ticks at each deadline until `until`; what was transmitted when, and how it ended. */
function play(transactions: ClientTransactions, until: number): string[] {
  const lines: string[] = [];
  for (let at = transactions.deadline(); at !== null && at <= until; at = transactions.deadline()) {
    for (const effect of transactions.tick(at)) lines.push(`${at} ${text(effect)}`);
  }
  return lines;
}

function text(effect: ClientEffect): string {
  return effect.kind === "transmit"
    ? `transmit ${effect.attempt}`
    : effect.kind === "timed-out"
      ? `timed-out ${effect.attempts}`
      : "failed";
}

describe("a client transaction over UDP", () => {
  test("sends again by timer E, at most every T2, and gives up after 64*T1", () => {
    const transactions = new ClientTransactions();
    expect(transactions.start(0, "k", false, 60_000)).toEqual([{ kind: "transmit", key: "k", attempt: 0 }]);
    expect(play(transactions, 100_000)).toEqual([
      "500 transmit 1",
      "1500 transmit 2",
      "3500 transmit 3",
      "7500 transmit 4",
      "11500 transmit 5",
      "15500 transmit 6",
      "19500 transmit 7",
      "23500 transmit 8",
      "27500 transmit 9",
      "31500 transmit 10",
      "32000 timed-out 11",
    ]);
    expect(transactions.deadline()).toBeNull();
  });

  test("an own deadline ends it earlier", () => {
    const transactions = new ClientTransactions();
    transactions.start(0, "k", false, 700);
    expect(play(transactions, 100_000)).toEqual(["500 transmit 1", "700 timed-out 2"]);
  });

  test("a provisional answer makes every further wait T2", () => {
    const transactions = new ClientTransactions();
    transactions.start(0, "k", false, 60_000);
    expect(transactions.receive(100, "k", 100)).toBe("provisional");
    expect(play(transactions, 10_000)).toEqual(["500 transmit 1", "4500 transmit 2", "8500 transmit 3"]);
    expect(transactions.receive(10_000, "k", 200)).toBe("final");
  });

  test("copies of the answer are taken in for timer K, then nobody waits for them", () => {
    const transactions = new ClientTransactions();
    transactions.start(0, "k", false, 60_000);
    expect(transactions.receive(10, "k", 200)).toBe("final");
    expect(transactions.receive(20, "k", 200)).toBe("repeated");
    expect(transactions.deadline()).toBe(10 + standardTimers.t4Ms);
    transactions.tick(10 + standardTimers.t4Ms);
    expect(transactions.receive(9_000, "k", 200)).toBe("unknown");
    expect(transactions.deadline()).toBeNull();
  });

  test("more than the bound are refused, and so is a second one of the same key", () => {
    const transactions = new ClientTransactions(standardTimers, { waiting: 2, completed: 1 });
    expect(transactions.start(0, "a", false, 1)).not.toBeNull();
    expect(transactions.start(0, "a", false, 1)).toBeNull();
    expect(transactions.start(0, "b", false, 1)).not.toBeNull();
    expect(transactions.start(0, "c", false, 1)).toBeNull();
    transactions.receive(0, "a", 200);
    transactions.receive(0, "b", 200);
    expect(transactions.completed).toBe(1);
    expect(transactions.receive(0, "a", 200)).toBe("unknown");
  });
});

describe("a client transaction over TCP", () => {
  test("is sent once, gives up after 64*T1, and takes in no copies", () => {
    const transactions = new ClientTransactions();
    transactions.start(0, "k", true, 60_000);
    expect(play(transactions, 100_000)).toEqual(["32000 timed-out 1"]);
    transactions.start(0, "k", true, 60_000);
    transactions.receive(5, "k", 404);
    expect(transactions.receive(6, "k", 404)).toBe("unknown");
  });

  test("fails with its connection", () => {
    const transactions = new ClientTransactions();
    transactions.start(0, "k", true, 60_000);
    expect(transactions.fail("k")).toEqual([{ kind: "failed", key: "k" }]);
    expect(transactions.fail("k")).toEqual([]);
    expect(transactions.waiting).toBe(0);
  });
});

describe("a server transaction", () => {
  test("is executed once; copies get the same answer until timer J", () => {
    const transactions = new ServerTransactions();
    expect(transactions.accept("k")).toEqual({ kind: "execute" });
    expect(transactions.accept("k")).toEqual({ kind: "in-progress" });
    transactions.respond(0, "k", "answer", false);
    expect(transactions.accept("k")).toEqual({ kind: "replay", response: "answer" });
    expect(transactions.deadline()).toBe(32_000);
    transactions.tick(31_999);
    expect(transactions.remembered).toBe(1);
    transactions.tick(32_000);
    expect(transactions.accept("k")).toEqual({ kind: "execute" });
  });

  test("over TCP nothing is remembered", () => {
    const transactions = new ServerTransactions();
    transactions.accept("k");
    transactions.respond(0, "k", "answer", true);
    expect(transactions.remembered).toBe(0);
    expect(transactions.deadline()).toBeNull();
  });

  test("one that was withdrawn is executed again; bounds hold", () => {
    const transactions = new ServerTransactions(standardTimers, { executing: 1, remembered: 1 });
    transactions.accept("a");
    expect(transactions.accept("b")).toEqual({ kind: "overloaded" });
    transactions.withdraw("a");
    expect(transactions.accept("a")).toEqual({ kind: "execute" });
    transactions.respond(0, "a", "1", false);
    transactions.accept("b");
    transactions.respond(0, "b", "2", false);
    expect(transactions.remembered).toBe(1);
    expect(transactions.accept("a")).toEqual({ kind: "execute" });
  });
});
