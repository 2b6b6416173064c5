/**
 * One row of an agent's tables → the internal row, as its profile says. A column that the agent does not have is null in the result; a row without
 * its required columns is partial and gives null, so that nobody takes it for a fact.
 */
import type {
  Carries,
  Connection,
  EndedConnection,
  LegDetail,
  LegKey,
  LegOrigin,
  LegState,
  MediaCounters,
  QosService,
  TimingSource,
} from "../../core/calls/connection.ts";
import type { Instant, WallTime } from "../../core/time.ts";
import { decodeAddress, decodeCause, decodeGuid, decodeText } from "../../protocols/snmp/call-values.ts";
import { dateAndTime } from "../../protocols/snmp/date-and-time.ts";
import type { SnmpValue } from "../../protocols/snmp/oid.ts";
import { stampErrorMs, type UptimeReading, wallOfStamp } from "../../protocols/snmp/uptime.ts";
import type { Decoding, RowField } from "./snmp-profile.ts";

/** What turns a gateway's stamps into wall time. */
export interface RowMoment {
  readonly bootEpoch: number;
  readonly uptime: UptimeReading;
  readonly seenAt: Instant;
}

/** How gear is named in the site: endpoints by number, and their telephone numbers. */
export interface GearNaming {
  readonly name: string;
  readonly endpoints: { readonly prefix: string; readonly count: number } | null;
  readonly firstNumber: string | null;
}

/** A field's value as read, still to be decoded. */
export type RawField = { readonly value: SnmpValue; readonly as: Decoding };
/** A field is valid until the next one is asked for. */
export interface RawRow {
  get(field: RowField): RawField | undefined;
}

/** An instant that the row tells. */
interface Told {
  readonly at: WallTime;
  readonly from: TimingSource;
  readonly errorMs: number;
}

const dateErrorMs = 1_000;

export class FieldValues {
  readonly #row: RawRow;
  readonly #moment: RowMoment;

  constructor(row: RawRow, moment: RowMoment) {
    this.#row = row;
    this.#moment = moment;
  }

  number(field: RowField): number | null {
    const raw = this.#row.get(field);
    if (raw === undefined) return null;
    const value = typeof raw.value === "number" ? raw.value : raw.as === "q931" ? causeOf(raw.value) : null;
    return value !== null && typeof raw.as === "object" && "factor" in raw.as ? value * raw.as.factor : value;
  }

  text(field: RowField): string | null {
    const raw = this.#row.get(field);
    return raw === undefined ? null : textOf(raw);
  }

  /** One of the words that the field may have; anything else is not known. */
  word<T extends string>(field: RowField, words: readonly T[]): T | null {
    const text = this.text(field);
    return words.find((word) => word === text) ?? null;
  }

  /** Null where it says so, or never said. */
  instant(field: RowField): Told | null {
    const raw = this.#row.get(field);
    if (raw === undefined) return null;
    const { uptime } = this.#moment;
    const { value, as } = raw;
    if (as === "dateAndTime") {
      const at = value instanceof Uint8Array ? dateAndTime(value) : null;
      return at === null ? null : { at, from: "gateway-clock", errorMs: dateErrorMs };
    }
    if (typeof value !== "number") return null;
    if (as === "uptimeStamp") {
      // A connection that is not there yet has no instant of it; everything else began some time, at the first tick for all we know.
      return value === 0 && field === "connect"
        ? null
        : { at: wallOfStamp(uptime, value), from: "gateway-uptime", errorMs: stampErrorMs(uptime.rttMs) };
    }
    if ((as !== "secondsAgo" && as !== "millisecondsAgo") || value < 0) return null;
    const unitMs = as === "secondsAgo" ? 1_000 : 1;
    return { at: uptime.readAt - value * unitMs, from: "gateway-age", errorMs: unitMs + Math.ceil(uptime.rttMs) };
  }

  address(whole: RowField, host: RowField, port: RowField): string | null {
    const target = this.text(whole);
    if (target !== null) return target;
    const at = this.text(host);
    const number = this.number(port);
    return at === null || number === 0 ? null : number === null ? at : `${at}:${number}`;
  }
}

function causeOf(value: string | Uint8Array): number | null {
  return typeof value === "string" ? null : decodeCause(value);
}

function textOf({ value, as }: RawField): string | null {
  if (typeof as === "object") {
    if ("factor" in as) return typeof value === "number" ? String(value * as.factor) : null;
    const key = value instanceof Uint8Array ? decodeText(value) : String(value);
    return as.values[key] ?? as.other ?? null;
  }
  if (typeof value === "number") return String(value);
  const octets = typeof value === "string" ? null : value;
  if (octets?.length === 0) return null;
  switch (as) {
    case "guid":
      return octets === null ? null : decodeGuid(octets);
    case "hex":
      return octets === null ? null : Buffer.from(octets).toString("hex").toUpperCase();
    case "host":
      return octets === null ? null : decodeAddress(octets);
    case "taddress":
      return octets?.length === 6 ? `${octets.slice(0, 4).join(".")}:${(octets[4]! << 8) | octets[5]!}` : null;
    default:
      return plainText(octets === null ? String(value) : decodeText(octets), as);
  }
}

function plainText(text: string, as: Decoding): string | null {
  if (text === "") return null;
  switch (as) {
    case "uri":
      return /^(?:.*<)?(sips?:[^>;?]+)/i.exec(text)?.[1] ?? text;
    case "uriUser":
      return /sips?:([^@>;?]+)@/i.exec(text)?.[1] ?? text;
    case "modelled":
      return String(text.startsWith("modelled:"));
    case "target":
      return /^(?:ipv4|modelled):(\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?)$/.exec(text)?.[1] ?? null;
    default:
      return text;
  }
}

const states = ["unknown", "connecting", "connected", "active", "gone"] as const;
const origins: readonly LegOrigin[] = ["originate", "answer", "callback"];
const carried: readonly Carries[] = ["speech", "fax", "modem", "data", "other"];
const qualities: readonly QosService[] = ["bestEffort", "guaranteedDelay", "controlledLoad"];

export interface LegContext {
  readonly naming: GearNaming;
  readonly key: LegKey;
  readonly moment: RowMoment;
  /** Of rows whose gear has no column for it. */
  readonly state: LegState;
  /** The connection number is the MGCP ConnectionId: Tandem's own gateways. */
  readonly numbersConnections: boolean;
}

/** Null: the row is no live leg, though the table still has it. */
export function connectionOf(values: FieldValues, { naming, key, moment, state, numbersConnections }: LegContext): Connection | null {
  const told = values.word("state", states);
  if (told === "gone") return null;
  const number = values.number("endpointNumber");
  const origin = values.word("origin", origins);
  const setup = values.instant("setup");
  const connect = values.instant("connect");
  // Written out: rows copied from parts are several times as large, and slow to make.
  return {
    gateway: key.gateway,
    bootEpoch: key.bootEpoch,
    setupTicks: key.setupTicks,
    index: key.index,
    endpoint: values.text("endpoint") ?? endpointName(naming, number),
    connectionId: numbersConnections ? key.index.toString(16).toUpperCase().padStart(8, "0") : null,
    callId: values.text("callId"),
    state: told ?? state,
    origin,
    localNumber: partyNumber(values, "localNumber", origin) ?? localNumber(naming, number),
    peerNumber: partyNumber(values, "peerNumber", origin),
    localAddress: values.address("localAddress", "localHost", "localPort"),
    remoteAddress: values.address("remoteAddress", "remoteHost", "remotePort"),
    carries: values.word("carries", carried),
    codec: values.text("codec"),
    qos: values.word("qos", qualities),
    setupAt: setup?.at ?? null,
    connectAt: connect?.at ?? null,
    clockErrorMs: Math.max(setup?.errorMs ?? 0, connect?.errorMs ?? 0, stampErrorMs(moment.uptime.rttMs)),
    media: mediaOf(values),
    seenAt: moment.seenAt,
    source: "snmp",
    detail: detailOf(values, setup, connect, moment.seenAt),
  };
}

function detailOf(values: FieldValues, setup: Told | null, connect: Told | null, countersAt: Instant): LegDetail {
  const mos = values.number("mos");
  const legName = values.text("legName");
  const dscp = values.number("dscp");
  const rttMs = values.number("rttMs");
  if (mos === null && legName === null && dscp === null && rttMs === null)
    return sharedDetail(setup?.from ?? null, connect?.from ?? null, countersAt);
  return {
    setupFrom: setup?.from ?? null,
    connectFrom: connect?.from ?? null,
    dscp: dscp !== null && dscp >= 0 && dscp < 64 ? dscp : null,
    rttMs,
    mos: mos === null ? null : { value: mos, method: "as the gear says" },
    legName,
    countersAt,
  };
}

/** Rows that are read together say the same: one object serves all of them. */
let shared = new Map<string, LegDetail>();
let sharedAt: Instant | null = null;
function sharedDetail(setupFrom: TimingSource | null, connectFrom: TimingSource | null, countersAt: Instant): LegDetail {
  if (sharedAt !== countersAt) shared = new Map();
  sharedAt = countersAt;
  const key = `${setupFrom} ${connectFrom}`;
  const known = shared.get(key) ?? { setupFrom, connectFrom, dscp: null, rttMs: null, mos: null, legName: null, countersAt };
  shared.set(key, known);
  return known;
}

export function mediaOf(values: FieldValues): MediaCounters | null {
  const packetsSent = values.number("packetsSent");
  const octetsSent = values.number("octetsSent");
  const packetsReceived = values.number("packetsReceived");
  const octetsReceived = values.number("octetsReceived");
  const packetsLost = values.number("packetsLost");
  const jitterMs = values.number("jitterMs");
  const anything = packetsSent ?? octetsSent ?? packetsReceived ?? octetsReceived ?? packetsLost ?? jitterMs;
  if (anything === null) return null;
  const modelled = values.text("modelled") === "true";
  return { packetsSent, octetsSent, packetsReceived, octetsReceived, packetsLost, jitterMs, longestSilenceMs: null, modelled };
}

/** Null: without set-up and end there is nothing to tell. */
export function endedOf(values: FieldValues, { naming, key }: Pick<LegContext, "naming" | "key">): EndedConnection | null {
  const setup = values.instant("setup");
  const connect = values.instant("connect");
  const end = values.instant("disconnect");
  if (setup === null || end === null) return null;
  const number = values.number("endpointNumber");
  const released = values.text("releasedHere");
  const origin = values.word("origin", origins);
  const cause = values.number("cause");
  return {
    ...key,
    callId: values.text("callId"),
    endpoint: values.text("endpoint") ?? endpointName(naming, number),
    localNumber:
      localNumber(naming, number) ?? (origin === "answer" || number === null ? partyNumber(values, "localNumber", origin) : null),
    peerNumber: partyNumber(values, "peerNumber", origin),
    origin,
    localAddress: values.address("localAddress", "localHost", "localPort"),
    remoteAddress: values.address("remoteAddress", "remoteHost", "remotePort"),
    codec: values.text("codec"),
    qos: values.word("qos", qualities),
    setupAt: setup.at,
    connectAt: connect?.at ?? null,
    endAt: end.at,
    clockErrorMs: Math.max(setup.errorMs, connect?.errorMs ?? 0, end.errorMs),
    cause: cause !== null && cause >= 1 && cause <= 127 ? cause : null,
    releasedHere: released === null ? null : released === "true",
    media: mediaOf(values),
  };
}

/** Gear that tells who calls and who is called: which of them is at this leg depends on who set it up. */
function partyNumber(values: FieldValues, party: "localNumber" | "peerNumber", origin: LegOrigin | null): string | null {
  const isCalled = (origin === "originate") === (party === "localNumber");
  return values.text(party) ?? values.text(isCalled ? "calledNumber" : "callingNumber");
}

function endpointName(naming: GearNaming, number: number | null): string | null {
  const { endpoints } = naming;
  return endpoints === null || number === null || number < 1 || number > endpoints.count
    ? null
    : `${endpoints.prefix}${number}@${naming.name}`;
}

function localNumber({ firstNumber }: GearNaming, number: number | null): string | null {
  if (firstNumber === null || number === null || number < 1) return null;
  return String(BigInt(firstNumber) + BigInt(number - 1)).padStart(firstNumber.length, "0");
}
