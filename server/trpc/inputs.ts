/** What the router accepts. Every string and number is bounded; unknown keys are refused. */
import { z } from "zod";
import { longestCallId } from "../core/calls/call-record.ts";

const name = z.string().min(1).max(64);
const wall = z.number().int().min(0).max(8_640_000_000_000_000);

export const live = z.object({ lastEventId: z.string().max(64).nullish() }).nullish();

export const connections = z.object({
  gateway: name.nullish(),
  /** Digits at the start of either number. */
  number: z.string().max(32).nullish(),
  phase: z.string().max(32).nullish(),
  limit: z.number().int().min(1).max(10_000).default(500),
  lastEventId: z.string().max(64).nullish(),
});

/** `before`: the id (audit) or start time (failovers) that the previous page ended with. */
export const page = z.strictObject({ limit: z.number().int().min(1).max(500).default(100), before: z.number().int().nullish() });

export const failoverId = z.strictObject({ id: z.string().min(1).max(128) });
export const callId = z.strictObject({ callId: z.string().min(1).max(longestCallId) });

/** `to` null: to the standby. */
export const plan = z.strictObject({ to: name.nullable() });

export const execute = z.strictObject({
  planId: z.string().min(1).max(128),
  to: name.nullable(),
  reason: z.string().max(500),
  /** Chosen by the client, the same on a repeat: the order is carried out once. */
  switchoverId: z.string().min(8).max(64),
});

/** Every verb of an operator but the switchover at once; the node that would carry it out refuses what it cannot do. */
const orderRequest = z.discriminatedUnion("verb", [
  z.strictObject({ verb: z.literal("schedule-switchover"), to: name.nullable(), at: wall }),
  z.strictObject({ verb: z.literal("cancel-switchover") }),
  z.strictObject({ verb: z.literal("failover-now"), to: name }),
  z.strictObject({ verb: z.literal("override"), to: name }),
  z.strictObject({ verb: z.literal("pause"), until: wall.nullable() }),
  z.strictObject({ verb: z.literal("resume") }),
  z.strictObject({ verb: z.literal("acknowledge") }),
  z.strictObject({ verb: z.literal("add-voter"), voter: name }),
  z.strictObject({ verb: z.literal("remove-voter"), voter: name }),
  z.strictObject({ verb: z.literal("admit-voter"), voter: name }),
  z.strictObject({ verb: z.literal("failback"), to: name.nullable(), gateways: z.array(name).min(1).max(64).nullable() }),
  z.strictObject({ verb: z.literal("recall"), gateways: z.array(name).min(1).max(64) }),
]);

export const planOrder = z.strictObject({ request: orderRequest });

export const executeOrder = z.strictObject({
  planId: z.string().min(1).max(128),
  request: orderRequest,
  reason: z.string().max(500),
  /** What the plan's `confirm` wants typed; null where it wants nothing. */
  confirm: z.string().max(64).nullable(),
  /** Chosen by the client, the same on a repeat: the order is carried out once. */
  orderId: z.string().min(8).max(64),
});

const recordQuery = z.strictObject({
  from: wall.nullable(),
  to: wall.nullable(),
  number: z.string().max(32).nullable(),
  gateway: name.nullable(),
  outcome: z.enum(["answered", "lost"]).nullable(),
  origin: z.enum(["signalling", "adopted", "history", "observed"]).nullable(),
});

/** Newest first; `cursor` is the `next` of the page before. */
export const search = z.strictObject({
  query: recordQuery,
  cursor: z
    .string()
    .max(longestCallId + 20)
    .nullish(),
  limit: z.number().int().min(1).max(500).default(100),
});

export const histogram = z.strictObject({ query: recordQuery, buckets: z.number().int().min(1).max(600).default(120) });

export const events = z.strictObject({
  node: name.nullish(),
  severity: z.enum(["note", "warn", "alarm"]).nullish(),
  /** Older than this instant, wall ms. */
  before: wall.nullish(),
  limit: z.number().int().min(1).max(500).default(100),
});

/** `server`: by whose audits; null or left out: the primary's. */
export const gatewayDetail = z.strictObject({ name, server: name.nullish() });
export const pollGateway = z.strictObject({ name, server: name.nullish(), mode: z.enum(["full", "liveness"]).default("liveness") });

export const labNode = z.strictObject({ node: name });
export const linkCut = z.strictObject({
  a: name,
  b: name,
  path: z.union([z.literal(1), z.literal(2), z.literal("all")]).default("all"),
  oneWay: z.boolean().default(false),
});
export const traffic = z.strictObject({ calls: z.number().int().min(0).max(2000) });
