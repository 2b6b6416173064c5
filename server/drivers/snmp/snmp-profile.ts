/**
 * What a kind of SNMP agent can say of its calls, as a data file: tables, columns, and how each becomes a field of the internal row. A site adds its
 * own beside the shipped ones, without code (docs/gateways.md). What a file does not name, that gear cannot say.
 */
import { z } from "zod";
import type { gearFields } from "../../core/gear/gear-profile.ts";

const oid = z.string().regex(/^\d+(\.\d+){1,126}$/, "an OID like 1.3.6.1.2.1.10.21.1.3.1.1, without leading or trailing dots");
const object = z.string().regex(/^[a-zA-Z][A-Za-z0-9-]{0,79}$/, "the object's name in its MIB");

/** Fields of an active leg that a column, or an arc of the index, can tell. */
export const legFields = [
  "state",
  "callId",
  "legName",
  "endpoint",
  "endpointNumber",
  "localNumber",
  "peerNumber",
  "callingNumber",
  "calledNumber",
  "localAddress",
  "localHost",
  "localPort",
  "remoteAddress",
  "remoteHost",
  "remotePort",
  "origin",
  "carries",
  "codec",
  "qos",
  "dscp",
  "setup",
  "connect",
  "number",
  "packetsSent",
  "octetsSent",
  "packetsReceived",
  "octetsReceived",
  "packetsLost",
  "jitterMs",
  "rttMs",
  "mos",
  "modelled",
  "join",
] as const;
export const legStates: readonly string[] = ["unknown", "connecting", "connected", "active", "gone"];
export const endFields = ["disconnect", "cause", "releasedHere"] as const;
const field = z.enum([...legFields, ...endFields]);
export type RowField = z.infer<typeof field>;

/**
 * text: printable characters; empty is not known. number. guid: 16 octets as 32 hex digits. hex. host: 4 or 16 octets of an address.
 * uptimeStamp: TimeTicks of sysUpTime; 0 of `connect` = not yet. dateAndTime: RFC 2579. secondsAgo, millisecondsAgo: an age, negative = not known.
 * uri, uriUser: a SIP URI, or its user part. target: `ipv4:host:port`; modelled: whether it begins with `modelled:`. q931: a cause as Q.931 has it. taddress: RFC 2579, four octets and a port.
 */
const plainDecoding = z.enum([
  "text",
  "number",
  "guid",
  "hex",
  "host",
  "uptimeStamp",
  "dateAndTime",
  "secondsAgo",
  "millisecondsAgo",
  "uri",
  "uriUser",
  "target",
  "modelled",
  "q931",
  "taddress",
]);
const decoding = z.union([
  plainDecoding,
  /** What each number or text stands for; what is not listed is not known, or `other`. */
  z.strictObject({ values: z.record(z.string(), z.string()), other: z.string().optional() }),
  z.strictObject({ factor: z.number().positive() }),
]);
export type Decoding = z.infer<typeof decoding>;

const column = z.strictObject({
  column: z.number().int().min(1).max(65_535),
  object,
  field,
  as: decoding.default("text"),
  /** A row without it is partial, and read again. */
  required: z.boolean().default(false),
});
const indexPart = z.strictObject({ object, field, as: decoding.default("number") });

const table = z.strictObject({
  object,
  entry: oid,
  columns: z.array(column).min(1).max(60),
});
/** `first: n`: the same index, cut to its first n arcs. `join`: the value of the column whose field is `join`. Absent: the same index. */
const besideTable = table.extend({
  by: z.union([z.literal("join"), z.strictObject({ first: z.number().int().min(1).max(8) })]).optional(),
});

export const snmpProfileSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "small letters, digits and dashes"),
  title: z.string().min(1).max(120),
  /** The documents that the file was made from. */
  sources: z.array(z.string().min(1)).min(1),
  detect: z.strictObject({
    /** sysObjectID begins with one of these. */
    sysObjectId: z.array(oid).default([]),
    /** sysDescr begins with one of these. */
    sysDescr: z.array(z.string().min(1)).default([]),
    /** The agent has something under each of these, calls or none. */
    present: z.array(oid).min(1),
    /** Of several that fit, the highest is taken. */
    rank: z.number().int().min(0).max(100),
  }),
  /**
   * gear: the agent restarts with the gear, and the calls are lost then. apart: it is a program beside it, as a master agent is for a subagent
   * (AgentX, RFC 2741), so its restart says nothing of the calls.
   */
  agent: z.enum(["gear", "apart"]).default("gear"),
  /** A scalar that counts the legs; the walk is checked against it. `exact: false`: it is newer or older than the table, so it only has to be near. */
  count: z.strictObject({ object, oid, exact: z.boolean().default(true) }).optional(),
  legs: table.extend({
    index: z.array(indexPart).default([]),
    /** The column that is read of every row at every poll: its object. */
    liveness: object,
    /** False: the agent numbers its rows anew, so `legName` is the key and a walk that crossed a change is made again. */
    stableIndex: z.boolean().default(true),
    /** State of rows without a state column. */
    state: z.enum(["unknown", "active"]).default("unknown"),
  }),
  beside: z.array(besideTable).max(8).default([]),
  history: table
    .extend({
      index: z.array(indexPart).default([]),
      /** The index rises by one with each ended leg, so the newest part is found by searching. */
      serial: z.boolean().default(false),
      beside: z.array(table).max(8).default([]),
    })
    .optional(),
  /** What a reader should know, a sentence each. */
  notes: z.array(z.string()).default([]),
});
export type SnmpProfile = z.infer<typeof snmpProfileSchema>;

/** Which of the fields that people ask for a field of the file answers. */
export const gearFieldOf: Partial<Record<RowField, (typeof gearFields)[number]>> = {
  callId: "callId",
  origin: "origin",
  localNumber: "localNumber",
  endpointNumber: "localNumber",
  peerNumber: "peerNumber",
  callingNumber: "localNumber",
  calledNumber: "peerNumber",
  localAddress: "localAddress",
  localHost: "localAddress",
  remoteAddress: "remoteAddress",
  remoteHost: "remoteAddress",
  carries: "carries",
  setup: "setup",
  connect: "connect",
  codec: "codec",
  qos: "qos",
  dscp: "dscp",
  packetsSent: "counters",
  packetsReceived: "counters",
  packetsLost: "loss",
  jitterMs: "jitter",
  rttMs: "rtt",
  mos: "mos",
  disconnect: "end",
  cause: "cause",
};

/** The profile of a file's content, or every problem in it. */
export function parseSnmpProfile(value: unknown): { readonly profile: SnmpProfile } | { readonly problems: readonly string[] } {
  const parsed = snmpProfileSchema.safeParse(value);
  if (!parsed.success) return { problems: parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${wordsOf(issue)}`) };
  const problems = inconsistencies(parsed.data);
  return problems.length > 0 ? { problems } : { profile: parsed.data };
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `there is no part ${issue.keys.join(", ")}`;
  if (issue.code === "invalid_type" && issue.message.endsWith("undefined")) return `is missing; it is ${issue.expected}`;
  if (issue.code === "invalid_union" && issue.path.at(-1) === "as")
    return `no such decoding; there are ${plainDecoding.options.join(", ")}, values and factor`;
  return issue.message;
}

function inconsistencies({ agent, legs, beside, history }: SnmpProfile): string[] {
  const problems: string[] = [];
  const fields = [...legs.index, ...legs.columns].map((one) => one.field);
  const parts = [legs.index, legs.columns, history?.index ?? [], history?.columns ?? [], ...beside.map((one) => one.columns)].flat();
  const numbers = legs.columns.map((one) => one.column);
  const twice = numbers.find((one, at) => numbers.indexOf(one) !== at);
  if (twice !== undefined) problems.push(`legs.columns: column ${twice} stands there twice`);
  for (const { object: named, field: told, as } of legs.columns) {
    if (told !== "state" || typeof as !== "object" || !("values" in as)) continue;
    const unknown = [...Object.values(as.values), ...(as.other === undefined ? [] : [as.other])].find((one) => !legStates.includes(one));
    if (unknown !== undefined) problems.push(`legs.columns: ${named} cannot be ${unknown}; states are ${legStates.join(", ")}`);
  }
  const stamped = parts.find((one) => one.as === "uptimeStamp");
  if (agent === "apart" && stamped !== undefined)
    problems.push(`agent: apart, so its sysUpTime dates nothing, and ${stamped.object} cannot be an uptimeStamp`);
  if (!legs.columns.some((one) => one.object === legs.liveness)) problems.push(`legs.liveness: ${legs.liveness} is no column of legs`);
  if (!legs.stableIndex && !fields.includes("legName"))
    problems.push("legs.stableIndex: rows that are numbered anew need a column for legName");
  if (beside.some((one) => one.by === "join") && !fields.includes("join")) problems.push("beside: by join needs a column of legs for join");
  return problems;
}
