/**
 * What a call server tells of audits must look like: figures of the schedule, one gateway or gear in detail, an audit that a person asked for.
 * A server that is older says less; a newer one may name what this console has no word for yet.
 */
import { z } from "zod";

const name = z.string().max(128);
const nullableNumber = z.number().nullable();
const protocol = z.string().max(32);

const pollFigures = z.looseObject({
  intervalMs: z.number(),
  phase: z.string(),
  lastCompleteAt: nullableNumber,
  ageMs: nullableNumber,
  rows: nullableNumber,
  rttMs: nullableNumber,
  smoothedRttMs: nullableNumber,
  polls: z.number(),
  packets: z.number(),
  failures: z.record(z.string(), z.number()),
  consecutiveFailures: z.number(),
  lastFailure: z.looseObject({ kind: z.string(), because: z.string() }).nullable(),
  breaker: z.looseObject({ state: z.string(), since: nullableNumber, reason: z.string().nullable() }),
  nextAt: nullableNumber,
  nextMode: z.string(),
  latenessMs: nullableNumber,
});

/** What a gateway's health says of its audits; a server from before had SNMP alone. */
export const auditedBy = { protocol: protocol.default("snmp"), polling: pollFigures.nullable().default(null) };

/** In a server's status. */
export const gearHealth = z.looseObject({
  name,
  kind: z.string(),
  protocol,
  control: z.string(),
  address: z.string(),
  profile: z.string().nullable(),
  polling: pollFigures,
  legs: nullableNumber,
  calls: nullableNumber,
  stuck: nullableNumber,
  reachability: z.looseObject({ state: z.string(), forMs: z.number(), misses: z.number() }).nullable().default(null),
});

const pastPoll = z.looseObject({
  mode: z.string(),
  asked: z.string().nullable(),
  beganAt: z.number(),
  durationMs: z.number(),
  lateMs: z.number(),
  rows: nullableNumber,
  packets: z.number(),
  rttMs: nullableNumber,
  result: z.string(),
  because: z.string().nullable(),
});

const profile = z.looseObject({
  name: z.string(),
  title: z.string(),
  protocol,
  identity: z.string().nullable(),
  says: z.record(z.string(), z.string()),
  tellsBoot: z.boolean(),
  keepsHistory: z.boolean(),
  notes: z.array(z.string()).max(1_000),
});

const difference = z.looseObject({
  kind: z.enum(["ghost", "orphan"]),
  endpoint: z.string().nullable(),
  callId: z.string(),
  sinceMs: z.number(),
});

const stuckConnection = z.looseObject({
  endpoint: z.string().nullable(),
  legName: z.string().nullable(),
  callId: z.string().nullable(),
  reason: z.string(),
  text: z.string(),
  forMs: z.number(),
});

export const gearDetail = z.looseObject({
  name,
  at: z.number(),
  source: name,
  own: z.boolean(),
  protocol,
  address: z.string(),
  profile: profile.nullable(),
  polling: pollFigures.nullable(),
  past: z.array(pastPoll).max(1_000),
  differences: z.array(difference).max(10_000),
  stuck: z.array(stuckConnection).max(10_000),
  notifiedEntity: z.string().nullable(),
});

export const pollTranscript = z.looseObject({
  name,
  at: z.number(),
  source: name,
  mode: z.string(),
  complete: z.boolean(),
  because: z.string().nullable(),
  rows: nullableNumber,
  packets: z.number(),
  rttMs: nullableNumber,
  durationMs: z.number(),
  exchange: z.array(z.looseObject({ atMs: z.number(), sent: z.boolean(), text: z.string().max(10_000) })).max(2_000),
  leftOut: z.number(),
});
