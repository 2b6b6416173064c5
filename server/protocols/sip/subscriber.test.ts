/** The subscriber's machine: refresh in time, what each ending means, and never two requests too close to each other. */
import { describe, expect, test } from "vitest";
import { Subscriber, standardSubscriber } from "./subscriber.ts";

const nothing = { minExpiresSeconds: null, retryAfterSeconds: null };
const active = { kind: "active", expiresSeconds: 600 } as const;

function subscribed(now = 0): Subscriber {
  const subscriber = new Subscriber();
  expect(subscriber.ask(now)).toEqual({ kind: "subscribe", expiresSeconds: 600 });
  subscriber.accepted(now, 600);
  subscriber.notified(now, active);
  return subscriber;
}

function ended(
  now: number,
  reason: "deactivated" | "probation" | "rejected" | "timeout" | "giveup" | "noresource" | null,
  retryAfterSeconds: number | null = null,
) {
  const subscriber = subscribed(0);
  expect(subscriber.notified(now, { kind: "terminated", reason, retryAfterSeconds })).toBe(false);
  return subscriber;
}

describe("a subscription", () => {
  test("is refreshed when four fifths of its time have passed", () => {
    const subscriber = subscribed();
    expect(subscriber.deadline()).toBe(480_000);
    expect(subscriber.tick(479_999)).toBeNull();
    expect(subscriber.tick(480_000)).toEqual({ kind: "refresh", expiresSeconds: 600 });
    subscriber.accepted(480_100, 300);
    expect(subscriber.phase).toBe("active");
    expect(subscriber.deadline()).toBe(480_100 + 240_000);
  });

  test("is asked for once at a time, and refreshed on demand", () => {
    const subscriber = new Subscriber();
    subscriber.ask(0);
    expect(subscriber.ask(10)).toBeNull();
    subscriber.accepted(20, 600);
    expect(subscriber.ask(30)).toEqual({ kind: "refresh", expiresSeconds: 600 });
    expect(subscriber.ask(40)).toBeNull();
  });

  test("a NOTIFY before the answer counts", () => {
    const subscriber = new Subscriber();
    subscriber.ask(0);
    expect(subscriber.notified(1, active)).toBe(true);
    subscriber.accepted(2, 600);
    expect(subscriber.deadline()).toBe(2 + 480_000);
  });

  test("accepted, but never notified: asked for anew after timer N", () => {
    const subscriber = new Subscriber();
    subscriber.ask(0);
    subscriber.accepted(1, 600);
    expect(subscriber.deadline()).toBe(1 + standardSubscriber.notifyMs);
    expect(subscriber.tick(32_001)).toBeNull();
    expect(subscriber.phase).toBe("resting");
    expect(subscriber.tick(subscriber.deadline()!)).toMatchObject({ kind: "subscribe" });
  });

  test("a shorter time that the notifier tells counts from then on", () => {
    const subscriber = subscribed();
    subscriber.notified(1_000, { kind: "active", expiresSeconds: 10 });
    expect(subscriber.deadline()).toBe(1_000 + 8_000);
  });
});

describe("ends, RFC 6665 4.1.3", () => {
  test.each(["deactivated", "timeout", null] as const)("%s: anew at once", (reason) => {
    const subscriber = ended(5_000, reason);
    expect(subscriber.deadline()).toBe(5_000);
    expect(subscriber.tick(5_000)).toEqual({ kind: "subscribe", expiresSeconds: 600 });
  });

  test.each(["probation", "giveup"] as const)("%s: anew after what it says", (reason) => {
    expect(ended(5_000, reason, 30).deadline()).toBe(35_000);
    expect(ended(5_000, reason).deadline()).toBe(5_000);
  });

  test.each(["rejected", "noresource"] as const)("%s: never", (reason) => {
    const subscriber = ended(5_000, reason);
    expect(subscriber.phase).toBe("refused");
    expect(subscriber.deadline()).toBeNull();
    expect(subscriber.ask(900_000)).toBeNull();
  });
});

describe("refusals", () => {
  test("423: with the interval that is wanted", () => {
    const subscriber = new Subscriber();
    subscriber.ask(0);
    subscriber.refused(10, 423, { minExpiresSeconds: 3_600, retryAfterSeconds: null });
    expect(subscriber.tick(subscriber.deadline()!)).toEqual({ kind: "subscribe", expiresSeconds: 3_600 });
  });

  test("481 to a refresh: a new one, at once", () => {
    const subscriber = subscribed();
    subscriber.tick(480_000);
    subscriber.refused(480_010, 481, nothing);
    expect(subscriber.deadline()).toBe(481_000);
    expect(subscriber.tick(481_000)).toMatchObject({ kind: "subscribe" });
  });

  test("500 to a refresh: the subscription stands until it runs out", () => {
    const subscriber = subscribed();
    subscriber.tick(480_000);
    subscriber.refused(480_010, 500, nothing);
    expect(subscriber.phase).toBe("active");
    expect(subscriber.deadline()).toBe(540_010);
  });

  test("503 with Retry-After waits; 403, 404 and 489 are final", () => {
    const subscriber = new Subscriber();
    subscriber.ask(0);
    subscriber.refused(10, 503, { minExpiresSeconds: null, retryAfterSeconds: 20 });
    expect(subscriber.deadline()).toBe(20_010);
    for (const status of [403, 404, 489]) {
      const other = new Subscriber();
      other.ask(0);
      other.refused(1, status, nothing);
      expect(other.phase).toBe("refused");
    }
  });

  test("while nothing answers, the wait doubles up to a minute", () => {
    const subscriber = new Subscriber();
    let now = 0;
    const waits: number[] = [];
    subscriber.ask(now);
    for (let i = 0; i < 9; i++) {
      subscriber.timedOut(now);
      waits.push(subscriber.deadline()! - now);
      now = subscriber.deadline()!;
      expect(subscriber.tick(now)).toMatchObject({ kind: "subscribe" });
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });
});
