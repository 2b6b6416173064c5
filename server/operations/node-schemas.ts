/**
 * What a node's answers must look like before anything here relies on them. Unknown keys pass (a newer node may say more);
 * a missing or misshapen one makes the whole answer garbled, which is counted and shown, never guessed at.
 */
import { z } from "zod";
import { longestCallId } from "../core/calls/call-record.ts";
import { connectionColumnNames } from "../core/status/connection-columns.ts";
import type { GearDetail, PollTranscript } from "../core/status/gear-status.ts";
import type { LabStatus } from "../core/status/lab-status.ts";
import type { NodeStatus, Strips, SwitchoverResult } from "../core/status/node-status.ts";
import { type OrderResult, orderVerbs } from "../core/status/order.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { JournalEvent } from "../core/timeline/journal-event.ts";
import type { ConnectionColumns } from "./console-view.ts";
import type { EventPage, OutboxPage } from "./fleet.ts";
import { auditedBy, gearDetail, gearHealth, pollTranscript } from "./gear-schemas.ts";

const name = z.string().max(128);
const nullableNumber = z.number().nullable();
const epoch = z.looseObject({ number: z.number(), server: name });
const cut = z.looseObject({ from: name, to: name, path: z.union([z.literal(1), z.literal(2)]) });

const common = {
  name,
  pid: z.number(),
  boot: z.number(),
  startedAt: z.number(),
  at: z.number(),
  configVersion: z.number(),
  softwareVersion: z.string(),
  lastEventSequence: z.number(),
  loopDelayMs: z.looseObject({ p50: z.number(), p99: z.number(), max: z.number() }),
  starved: z.boolean(),
  counters: z.record(z.string(), z.number()),
  cuts: z.array(cut).max(10_000),
  epoch,
};

const instant = z.looseObject({ at: z.number(), source: z.string(), errorMs: z.number() });
const party = z.looseObject({
  number: z.string().nullable(),
  gateway: name.nullable(),
  endpoint: z.string().nullable(),
  address: z.string().nullable(),
});

const callRecord = z.looseObject({
  callId: z.string().min(1).max(longestCallId),
  calling: party,
  called: party,
  dialled: z.string().nullable(),
  start: instant,
  answer: instant,
  end: instant,
  durationMs: z.number(),
  durationErrorMs: z.number(),
  codec: z.string().nullable(),
  cause: nullableNumber,
  releasedBy: z.string().nullable(),
  outcome: z.enum(["answered", "lost"]),
  origin: z.enum(["signalling", "adopted", "history", "observed"]),
  epochs: z.array(epoch),
  writtenBy: name,
  writtenAt: z.number(),
});

const failover = z.looseObject({
  id: z.string().min(1).max(128),
  kind: z.enum(["failover", "switchover"]),
  cause: z.string(),
  state: z.enum(["in-progress", "done", "abandoned"]),
  from: name.nullable(),
  to: name,
  epoch,
  by: z.string().nullable(),
  reason: z.string().nullable(),
  startedAt: z.number(),
  timeline: z.looseObject({
    lastKeepaliveAt: nullableNumber,
    suspectedAt: nullableNumber,
    decidedAt: nullableNumber,
    titleAt: nullableNumber,
    activeAt: nullableNumber,
  }),
  keepaliveMs: z.number(),
  missLimit: z.number(),
  promiseMs: z.number(),
  verdict: z.looseObject({ sentence: z.string(), votes: z.array(z.looseObject({ voter: name })) }).nullable(),
  steps: z.array(z.looseObject({ atMs: z.number(), what: z.string(), lane: z.string(), text: z.string() })).max(10_000),
  gateways: z.array(z.looseObject({ gateway: name, state: z.string(), calls: z.number(), note: z.string().nullable() })).max(10_000),
  supported: z.array(z.array(z.number())),
  callsAtStake: z.number(),
  callsAdopted: z.number(),
  callsReleased: z.number(),
  recordsRecovered: z.number(),
  longestMediaGapMs: nullableNumber,
});

const peer = z.looseObject({
  name,
  silentMs: nullableNumber,
  missed: z.number(),
  ready: z.boolean(),
  paths: z.array(z.looseObject({ path: z.number(), rttMs: nullableNumber, lastAnswerAgoMs: nullableNumber })),
});

const disagreedLegs = z.array(z.looseObject({ endpoint: z.string().nullable(), callId: z.string(), sinceMs: z.number() })).max(1_000);

const gatewayHealth = z.looseObject({
  name,
  owner: name.nullable(),
  epoch,
  silentMs: nullableNumber,
  missed: z.number(),
  audit: z.looseObject({ state: z.string(), lastCompleteAt: nullableNumber, lastFailure: z.string().nullable(), nextAt: nullableNumber }),
  reported: nullableNumber,
  expected: nullableNumber,
  ghosts: z.number(),
  orphans: z.number(),
  ghostLegs: disagreedLegs.optional(),
  orphanLegs: disagreedLegs.optional(),
  ...auditedBy,
});

const names = z.array(name).max(10_000);

const guard = z.looseObject({
  pause: z.looseObject({ by: z.string(), reason: z.string(), since: z.number(), until: nullableNumber }).nullable(),
  pauseSetAt: z.number(),
  used: z.number(),
  limit: z.number(),
  windowMs: z.number(),
  acknowledgedEpoch: z.number(),
  votersThatKnow: z.number(),
  voters: z.number(),
});

const holds = z.looseObject({
  basis: z.enum(["title", "fragment", "override", "lent"]),
  epoch,
  gateways: z.array(z.looseObject({ name, epoch })).max(10_000),
});

const scheduled = z.looseObject({ id: z.string(), to: name, at: z.number(), by: z.string(), reason: z.string() });

const server = z.looseObject({
  ...common,
  kind: z.literal("call-server"),
  role: z.enum(["primary", "standby", "none"]),
  state: z.string(),
  title: z.looseObject({
    held: z.boolean(),
    leaseLeftMs: z.number(),
    votersAnswering: z.number(),
    votersNeeded: z.number(),
    voters: z.number(),
  }),
  peers: z.array(peer).max(100),
  gateways: z.array(gatewayHealth).max(10_000),
  gear: z.array(gearHealth).max(10_000).default([]),
  calls: z.looseObject({ active: z.number(), byPhase: z.record(z.string(), z.number()), capacity: z.number() }),
  readiness: z.looseObject({ ready: z.boolean(), reasons: z.array(z.string()) }),
  outbox: z.looseObject({ pending: z.number(), lastSequence: z.number() }),
  automaticChanges: z.looseObject({ used: z.number(), limit: z.number() }),
  guard,
  voterSet: z.looseObject({ version: z.number(), voters: names, previous: names.nullable() }),
  configuredVoters: names,
  holds: holds.nullable(),
  lent: z.array(z.looseObject({ gateway: name, to: name })).max(10_000),
  scheduled: scheduled.nullable(),
  missedSwitchover: scheduled.extend({ because: z.string() }).nullable().default(null),
  partition: z.enum(["survive", "strict"]),
  merge: z.string(),
  failback: z.string(),
  takeover: z.enum(["hot", "cold"]),
  failover: failover.nullable(),
});

const fence = { owner: name.nullable(), state: z.enum(["idle", "owned", "orphaned", "abstaining"]), promiseLeftMs: z.number() };

const gateway = z.looseObject({
  ...common,
  ...fence,
  kind: z.literal("gateway"),
  connections: z.number(),
  endpoints: z.record(z.string(), z.number()),
  media: z.looseObject({ realStreams: z.number(), modelledStreams: z.number() }),
});

const witness = z.looseObject({ ...common, ...fence, kind: z.literal("witness") });

const journalEvent = z.looseObject({
  sequence: z.number().int().min(1),
  node: name,
  boot: z.number(),
  mono: z.number(),
  wall: z.number(),
  what: z.string().max(200),
  severity: z.enum(["note", "warn", "alarm"]),
  text: z.string(),
  data: z.record(z.string(), z.unknown()),
});

const column = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).max(20_000);

const columns = z
  .looseObject({
    at: z.number(),
    source: name.nullable(),
    total: z.number(),
    ...Object.fromEntries(connectionColumnNames.map((key) => [key, column])),
  })
  .refine(
    (value) => connectionColumnNames.every((key) => (value[key] as unknown[]).length === (value.callId as unknown[]).length),
    "columns differ in length",
  );

/** Columns that servers did not always tell, and what stands in their rows then: unknown, and never a number. */
const laterColumns: Readonly<Partial<Record<(typeof connectionColumnNames)[number], string | boolean | null>>> = {
  legName: null,
  dscp: null,
  rttMs: null,
  packetsSent: null,
  packetsReceived: null,
  countersAt: null,
  setupFrom: null,
  connectFrom: null,
  numbersFrom: "signalling",
  r: null,
  mos: null,
  mosMethod: "this server's version does not reckon it",
  reportedMos: null,
  reportedMosMethod: null,
  own: true,
};

function withLaterColumns(value: unknown): unknown {
  const told = value as { readonly callId?: unknown } | null;
  if (!Array.isArray(told?.callId)) return value;
  const rows = told.callId.length;
  const missing = Object.entries(laterColumns).filter(([key]) => !(key in told));
  return { ...told, ...Object.fromEntries(missing.map(([key, filling]) => [key, new Array(rows).fill(filling)])) };
}

const planId = z.string().min(1).max(128);
const preflightChecks = z.array(
  z.looseObject({
    id: z.string(),
    check: z.string(),
    result: z.enum(["pass", "warn", "fail", "unknown"]),
    found: z.string(),
    limit: z.string(),
  }),
);
const sentences = z.array(z.string());

const plan = z.looseObject({
  planId,
  from: name.nullable(),
  to: name,
  epoch,
  checks: preflightChecks,
  blockers: z.array(z.string()),
  effect: z.looseObject({
    talking: z.number(),
    ringing: z.number(),
    settingUp: z.number(),
    unknown: z.number(),
    pastMs: z.array(z.number()),
  }),
  steps: z.array(z.string()),
  undo: z.string(),
  validMs: z.number(),
});

const verb = z.enum(orderVerbs);

const orderPlan = z.looseObject({
  planId,
  verb,
  server: name,
  to: name.nullable(),
  epoch,
  checks: preflightChecks,
  blockers: sentences,
  effect: z.looseObject({
    before: z.string(),
    after: z.string(),
    calls: z.string(),
    worstMs: nullableNumber,
    worst: z.string(),
    breaks: sentences,
  }),
  steps: sentences,
  undo: z.string(),
  confirm: z.looseObject({ text: z.string(), because: z.string() }).nullable(),
  validMs: z.number(),
});

const orderResult = z.looseObject({
  id: z.string(),
  verb,
  accepted: z.boolean(),
  settled: z.boolean(),
  outcome: z.string().nullable(),
  plan: orderPlan.nullable(),
  blockers: sentences,
  stored: z.looseObject({ voters: z.number(), of: z.number(), needed: z.number() }).nullable(),
  askInstead: name.nullable(),
});

const labStatus = z.looseObject({
  supervisorPid: z.number(),
  startedAt: z.number(),
  ready: z.boolean(),
  nodes: z
    .array(z.looseObject({ name, kind: z.string(), pid: nullableNumber, state: z.string(), since: z.number(), restarts: z.number() }))
    .max(10_000),
  cuts: z.array(cut).max(10_000),
  traffic: z.looseObject({
    targetCalls: z.number(),
    activeCalls: z.number(),
    offered: z.number(),
    answered: z.number(),
    failed: z.number(),
    seed: z.number(),
  }),
});

/** A check that yields the core's type: the schemas are looser than the types only in what nobody here reads. */
export interface Check<T> {
  parse(value: unknown): T;
}

function checkFor<T>(schema: z.ZodType): Check<T> {
  return { parse: (value) => schema.parse(value) as T };
}

export const nodeStatusCheck = checkFor<NodeStatus>(z.discriminatedUnion("kind", [server, gateway, witness]));
export const stripsCheck = checkFor<Strips>(
  z.looseObject({ bucketMs: z.number(), endsAt: z.number(), series: z.record(z.string(), z.array(nullableNumber).max(20_000)) }),
);
export const outboxPageCheck = checkFor<OutboxPage>(
  z.looseObject({ entries: z.array(z.looseObject({ sequence: z.number().int().min(1), record: callRecord })), last: z.number() }),
);
export const failoversCheck = checkFor<FailoverReport[]>(z.array(failover).max(1000));
export const columnsCheck: Check<ConnectionColumns> = {
  parse: (value) => columns.parse(withLaterColumns(value)) as unknown as ConnectionColumns,
};
export const gearDetailCheck = checkFor<GearDetail>(gearDetail);
export const pollTranscriptCheck = checkFor<PollTranscript>(pollTranscript);
export const switchoverResultCheck = checkFor<SwitchoverResult>(
  z.looseObject({ accepted: z.boolean(), switchoverId: z.string(), plan: plan.nullable(), blockers: z.array(z.string()) }),
);
export const orderResultCheck = checkFor<OrderResult>(orderResult);
export const labStatusCheck = checkFor<LabStatus>(labStatus);

const eventPage = z.looseObject({ events: z.array(z.unknown()).max(10_000), last: z.number() });

/** Events that do not read are left out; the others of the page still come. */
export const eventPageCheck: Check<EventPage> = {
  parse(value) {
    const page = eventPage.parse(value);
    const events: JournalEvent[] = [];
    for (const one of page.events) {
      const read = journalEvent.safeParse(one);
      if (read.success) events.push(read.data as JournalEvent);
    }
    return { events, last: page.last };
  },
};
