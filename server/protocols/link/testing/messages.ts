/** Any message and any frame of the link, for properties. */
import fc from "fast-check";
import type { LinkMessage, Refusal } from "../../../core/control/link-message.ts";
import type { LinkFrame } from "../codec.ts";

/** Written out: whoever adds a refusal is told by the compiler to give it a number on the wire. */
const refusals = Object.keys({
  promised: 1,
  "lower-epoch": 1,
  ungranted: 1,
  released: 1,
  "other-boot": 1,
  abstaining: 1,
  restarted: 1,
  contested: 1,
  "voters-version": 1,
  "lease-too-long": 1,
  reserved: 1,
  paused: 1,
  held: 1,
} satisfies Record<Refusal, 1>) as Refusal[];

/** Some with characters of two, three and four octets. */
const name = fc.stringMatching(/^[a-zß€😀][a-z0-9-]{0,7}$/u);
const count = fc.nat(0xffffffff);
const big = fc.maxSafeNat();
const ms = fc.double({ min: 0, max: 1e12, noNaN: true }).map((value) => value + 0);
const maybeMs = fc.option(ms);
const epoch = fc.oneof(
  fc.constant({ number: 0, server: "" }),
  fc.record({ number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), server: name }),
);
const answered = { toBoot: big, toSequence: big };
const shortText = fc.string({ maxLength: 20 });
const flag = fc.boolean();
const names = fc.array(name, { maxLength: 5 });
const changes = fc.array(fc.record({ epoch, at: ms }), { maxLength: 5 });

function kind<K extends LinkMessage["kind"], R>(value: K, rest: { [P in keyof R]: fc.Arbitrary<R[P]> }): fc.Arbitrary<{ kind: K } & R> {
  return fc.record({ kind: fc.constant(value), ...rest }) as unknown as fc.Arbitrary<{ kind: K } & R>;
}

const message: fc.Arbitrary<LinkMessage> = fc.oneof(
  kind("keepalive", {
    epoch,
    role: fc.constantFrom("primary" as const, "standby" as const, "none" as const),
    title: flag,
    leaseMs: ms,
    votersVersion: count,
    calls: count,
    capacityCalls: count,
    loadPercent: fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0),
    digest: fc.stringMatching(/^[0-9a-f]{16}$/),
    condition: fc.constantFrom("ok" as const, "starved" as const, "frozen-recently" as const, "starting" as const),
    ready: flag,
    pauseSetAt: ms,
    acknowledgedEpoch: big,
  }),
  kind("claim", {
    epoch,
    leaseMs: ms,
    votersVersion: big,
    purpose: fc.constantFrom("title" as const, "extend" as const, "fragment" as const),
    forced: flag,
    automatic: flag,
    contests: flag,
  }),
  kind("answer", {
    ...answered,
    epoch,
    promiseMs: ms,
    refusal: fc.option(fc.constantFrom(...refusals)),
    remainingMs: maybeMs,
    granted: epoch,
    votersVersion: count,
    pauseSetAt: ms,
    acknowledgedEpoch: big,
  }),
  kind("query", { missed: count, missLimit: count }),
  kind("query-reply", { ...answered, title: flag, epoch }),
  kind("vote-request", { about: name }),
  kind("vote", {
    ...answered,
    about: name,
    titleSilentMs: maybeMs,
    keepaliveSilentMs: maybeMs,
    commandSilentMs: maybeMs,
    remainingMs: ms,
    granted: epoch,
    contestable: flag,
    contested: flag,
    abstaining: flag,
    votersVersion: count,
    hold: fc.option(fc.constantFrom("paused" as const, "held" as const)),
    changes,
  }),
  kind("release", { epoch, successor: fc.option(name), titled: flag }),
  kind("released", { ...answered, epoch }),
  kind("admit", { epoch, votersVersion: count }),
  kind("handover", {
    switchoverId: shortText,
    epoch,
    reason: shortText,
    by: shortText,
    automatic: flag,
    clients: fc.option(fc.array(name, { maxLength: 4 })),
  }),
  kind("switchover-request", { switchoverId: shortText, to: fc.option(name), reason: shortText, by: shortText }),
  kind("switchover-reply", { switchoverId: shortText, accepted: flag, blockers: fc.array(shortText, { maxLength: 8 }) }),
  kind("voter-set", {
    epoch,
    set: fc.record({ version: big, since: big, voters: names, previous: fc.option(names) }),
  }),
  kind("guard", {
    guard: fc.record({
      pauseSetAt: ms,
      pause: fc.option(fc.record({ by: shortText, reason: shortText, since: ms, until: maybeMs })),
      acknowledgedEpoch: big,
      changes,
    }),
  }),
);

export const frame: fc.Arbitrary<LinkFrame> = fc.record({
  envelope: fc.record({ from: name, boot: big, sequence: big }),
  to: name,
  path: fc.constantFrom(1 as const, 2 as const),
  message,
});
