/**
 * The bodies of the link's messages, one writer and one reader for each kind, field by field in the order of link-message.ts.
 * Rule for later versions: fields are only ever appended. A reader takes the fields it knows; what may follow is the codec's decision.
 * Free text for people is clipped to fit; names and identifiers are refused when too long, because a clipped name is another name.
 */
import type { Answer, Keepalive, LinkMessage, SwitchoverReply, SwitchoverRequest, Vote } from "../../core/control/link-message.ts";
import { unreachable } from "../../core/unreachable.ts";
import {
  conditionCodes,
  holdCodes,
  named,
  purposeCodes,
  readAnswered,
  readBoolean,
  readDigest,
  readEpoch,
  readGranted,
  readName,
  readNullable,
  refusalCodes,
  roleCodes,
  writeAnswered,
  writeBoolean,
  writeDigest,
  writeEpoch,
  writeGranted,
  writeName,
  writeNullable,
} from "./fields.ts";
import { readChanges, readGuard, readGuardStamp, readHold, writeChanges, writeGuard, writeGuardStamp } from "./guard-body.ts";
import { clippedUtf8, Malformed, type OctetReader, type OctetWriter } from "./octets.ts";
import { readNames, readVoterSet, writeNames, writeVoterSet } from "./voter-set-body.ts";

const maxIdentifierOctets = 64;
const maxReasonOctets = 400;
const maxByOctets = 100;
const maxBlockerOctets = 200;
const maxBlockers = 32;

/** The wire numbers. Never re-used, never changed. */
export const kindCodes = {
  keepalive: 1,
  claim: 2,
  answer: 3,
  query: 4,
  "query-reply": 5,
  "vote-request": 6,
  vote: 7,
  release: 8,
  released: 9,
  admit: 10,
  handover: 11,
  "switchover-request": 12,
  "switchover-reply": 13,
  "voter-set": 14,
  guard: 15,
} as const satisfies Record<LinkMessage["kind"], number>;

export type LinkKind = LinkMessage["kind"];

const kindsByCode = new Map<number, LinkKind>(Object.entries(kindCodes).map(([kind, code]) => [code, kind as LinkKind]));

export function kindOfCode(code: number): LinkKind | null {
  return kindsByCode.get(code) ?? null;
}

export function writeBody(out: OctetWriter, message: LinkMessage): void {
  switch (message.kind) {
    case "keepalive":
      writeKeepalive(out, message);
      break;
    case "claim":
      writeEpoch(out, message.epoch, "epoch");
      out.f64(message.leaseMs, "leaseMs");
      out.u53(message.votersVersion, "votersVersion");
      out.u8(purposeCodes[message.purpose], "purpose");
      writeBoolean(out, message.forced, "forced");
      writeBoolean(out, message.automatic, "automatic");
      writeBoolean(out, message.contests, "contests");
      break;
    case "answer":
      writeAnswer(out, message);
      break;
    case "query":
      out.u32(message.missed, "missed");
      out.u32(message.missLimit, "missLimit");
      break;
    case "query-reply":
      writeAnswered(out, message);
      writeBoolean(out, message.title, "title");
      writeEpoch(out, message.epoch, "epoch");
      break;
    case "vote-request":
      writeName(out, message.about, "about");
      break;
    case "vote":
      writeVote(out, message);
      break;
    case "release":
      writeEpoch(out, message.epoch, "epoch");
      writeNullable(out, message.successor, (name) => writeName(out, name, "successor"));
      writeBoolean(out, message.titled, "titled");
      break;
    case "released":
      writeAnswered(out, message);
      writeEpoch(out, message.epoch, "epoch");
      break;
    case "admit":
      writeEpoch(out, message.epoch, "epoch");
      out.u53(message.votersVersion, "votersVersion");
      break;
    case "handover":
      out.text8(message.switchoverId, maxIdentifierOctets, "switchoverId");
      writeEpoch(out, message.epoch, "epoch");
      out.text16(clippedUtf8(message.reason, maxReasonOctets), "reason");
      out.text16(clippedUtf8(message.by, maxByOctets), "by");
      writeBoolean(out, message.automatic, "automatic");
      writeNullable(out, message.clients, (clients) => writeNames(out, clients, "clients"));
      break;
    case "switchover-request":
      writeSwitchoverRequest(out, message);
      break;
    case "switchover-reply":
      writeSwitchoverReply(out, message);
      break;
    case "voter-set":
      writeEpoch(out, message.epoch, "epoch");
      writeVoterSet(out, message.set);
      break;
    case "guard":
      writeGuard(out, message.guard);
      break;
    default:
      unreachable(message);
  }
}

export function readBody(from: OctetReader, kind: LinkKind): LinkMessage {
  switch (kind) {
    case "keepalive":
      return readKeepalive(from);
    case "claim":
      return {
        kind,
        epoch: readEpoch(from, "epoch"),
        leaseMs: from.f64("leaseMs"),
        votersVersion: from.u53("votersVersion"),
        purpose: named(purposeCodes, from.u8("purpose"), "purpose"),
        forced: readBoolean(from, "forced"),
        automatic: readBoolean(from, "automatic"),
        contests: readBoolean(from, "contests"),
      };
    case "answer":
      return readAnswer(from);
    case "query":
      return { kind, missed: from.u32("missed"), missLimit: from.u32("missLimit") };
    case "query-reply":
      return { kind, ...readAnswered(from), title: readBoolean(from, "title"), epoch: readEpoch(from, "epoch") };
    case "vote-request":
      return { kind, about: readName(from, "about") };
    case "vote":
      return readVote(from);
    case "release":
      return {
        kind,
        epoch: readEpoch(from, "epoch"),
        successor: readNullable(from, "successor", () => readName(from, "successor")),
        titled: readBoolean(from, "titled"),
      };
    case "released":
      return { kind, ...readAnswered(from), epoch: readEpoch(from, "epoch") };
    case "admit":
      return { kind, epoch: readEpoch(from, "epoch"), votersVersion: from.u53("votersVersion") };
    case "handover":
      return {
        kind,
        switchoverId: from.text8(maxIdentifierOctets, "switchoverId"),
        epoch: readEpoch(from, "epoch"),
        reason: from.text16(maxReasonOctets, "reason"),
        by: from.text16(maxByOctets, "by"),
        automatic: readBoolean(from, "automatic"),
        clients: readNullable(from, "clients", () => readNames(from, "clients")),
      };
    case "switchover-request":
      return readSwitchoverRequest(from);
    case "switchover-reply":
      return readSwitchoverReply(from);
    case "voter-set":
      return { kind, epoch: readEpoch(from, "epoch"), set: readVoterSet(from) };
    case "guard":
      return { kind, guard: readGuard(from) };
    default:
      return unreachable(kind);
  }
}

function writeKeepalive(out: OctetWriter, message: Keepalive): void {
  writeEpoch(out, message.epoch, "epoch");
  out.u8(roleCodes[message.role], "role");
  writeBoolean(out, message.title, "title");
  out.f64(message.leaseMs, "leaseMs");
  out.u53(message.votersVersion, "votersVersion");
  out.u32(message.calls, "calls");
  out.u32(message.capacityCalls, "capacityCalls");
  if (message.loadPercent > 100) throw new Malformed("loadPercent");
  out.f64(message.loadPercent, "loadPercent");
  writeDigest(out, message.digest);
  out.u8(conditionCodes[message.condition], "condition");
  writeBoolean(out, message.ready, "ready");
  writeGuardStamp(out, message);
}

function readKeepalive(from: OctetReader): Keepalive {
  const message: Keepalive = {
    kind: "keepalive",
    epoch: readEpoch(from, "epoch"),
    role: named(roleCodes, from.u8("role"), "role"),
    title: readBoolean(from, "title"),
    leaseMs: from.f64("leaseMs"),
    votersVersion: from.u53("votersVersion"),
    calls: from.u32("calls"),
    capacityCalls: from.u32("capacityCalls"),
    loadPercent: from.f64("loadPercent"),
    digest: readDigest(from),
    condition: named(conditionCodes, from.u8("condition"), "condition"),
    ready: readBoolean(from, "ready"),
    ...readGuardStamp(from),
  };
  if (message.loadPercent > 100) throw new Malformed("loadPercent");
  return message;
}

function writeAnswer(out: OctetWriter, message: Answer): void {
  writeAnswered(out, message);
  writeEpoch(out, message.epoch, "epoch");
  out.f64(message.promiseMs, "promiseMs");
  out.u8(message.refusal === null ? 0 : refusalCodes[message.refusal], "refusal");
  writeNullable(out, message.remainingMs, (ms) => out.f64(ms, "remainingMs"));
  writeGranted(out, message.granted);
  out.u53(message.votersVersion, "votersVersion");
  writeGuardStamp(out, message);
}

function readAnswer(from: OctetReader): Answer {
  const answered = readAnswered(from);
  const epoch = readEpoch(from, "epoch");
  const promiseMs = from.f64("promiseMs");
  const refusalCode = from.u8("refusal");
  return {
    kind: "answer",
    ...answered,
    epoch,
    promiseMs,
    refusal: refusalCode === 0 ? null : named(refusalCodes, refusalCode, "refusal"),
    remainingMs: readNullable(from, "remainingMs", () => from.f64("remainingMs")),
    granted: readGranted(from),
    votersVersion: from.u53("votersVersion"),
    ...readGuardStamp(from),
  };
}

function writeVote(out: OctetWriter, message: Vote): void {
  writeAnswered(out, message);
  writeName(out, message.about, "about");
  writeNullable(out, message.titleSilentMs, (ms) => out.f64(ms, "titleSilentMs"));
  writeNullable(out, message.keepaliveSilentMs, (ms) => out.f64(ms, "keepaliveSilentMs"));
  writeNullable(out, message.commandSilentMs, (ms) => out.f64(ms, "commandSilentMs"));
  out.f64(message.remainingMs, "remainingMs");
  writeGranted(out, message.granted);
  writeBoolean(out, message.contestable, "contestable");
  writeBoolean(out, message.contested, "contested");
  writeBoolean(out, message.abstaining, "abstaining");
  out.u53(message.votersVersion, "votersVersion");
  out.u8(message.hold === null ? 0 : holdCodes[message.hold], "hold");
  writeChanges(out, message.changes);
}

function readVote(from: OctetReader): Vote {
  return {
    kind: "vote",
    ...readAnswered(from),
    about: readName(from, "about"),
    titleSilentMs: readNullable(from, "titleSilentMs", () => from.f64("titleSilentMs")),
    keepaliveSilentMs: readNullable(from, "keepaliveSilentMs", () => from.f64("keepaliveSilentMs")),
    commandSilentMs: readNullable(from, "commandSilentMs", () => from.f64("commandSilentMs")),
    remainingMs: from.f64("remainingMs"),
    granted: readGranted(from),
    contestable: readBoolean(from, "contestable"),
    contested: readBoolean(from, "contested"),
    abstaining: readBoolean(from, "abstaining"),
    votersVersion: from.u53("votersVersion"),
    hold: readHold(from),
    changes: readChanges(from),
  };
}

function writeSwitchoverRequest(out: OctetWriter, message: SwitchoverRequest): void {
  out.text8(message.switchoverId, maxIdentifierOctets, "switchoverId");
  writeNullable(out, message.to, (name) => writeName(out, name, "to"));
  out.text16(clippedUtf8(message.reason, maxReasonOctets), "reason");
  out.text16(clippedUtf8(message.by, maxByOctets), "by");
}

function readSwitchoverRequest(from: OctetReader): SwitchoverRequest {
  return {
    kind: "switchover-request",
    switchoverId: from.text8(maxIdentifierOctets, "switchoverId"),
    to: readNullable(from, "to", () => readName(from, "to")),
    reason: from.text16(maxReasonOctets, "reason"),
    by: from.text16(maxByOctets, "by"),
  };
}

/** As many blockers as fit the frame; when some do not, the last line says how many are missing. */
function writeSwitchoverReply(out: OctetWriter, message: SwitchoverReply): void {
  out.text8(message.switchoverId, maxIdentifierOctets, "switchoverId");
  writeBoolean(out, message.accepted, "accepted");
  const lines: Uint8Array[] = [];
  const roomForMore = 2 + 24;
  let room = out.room - 1 - roomForMore;
  for (const blocker of message.blockers) {
    const line = clippedUtf8(blocker, maxBlockerOctets);
    if (lines.length === maxBlockers - 1 || room < 2 + line.length) break;
    room -= 2 + line.length;
    lines.push(line);
  }
  const missing = message.blockers.length - lines.length;
  if (missing > 0) lines.push(clippedUtf8(`… and ${missing} more`, roomForMore - 2));
  out.u8(lines.length, "blockers");
  for (const line of lines) out.text16(line, "blockers");
}

function readSwitchoverReply(from: OctetReader): SwitchoverReply {
  const switchoverId = from.text8(maxIdentifierOctets, "switchoverId");
  const accepted = readBoolean(from, "accepted");
  const count = from.u8("blockers");
  if (count > maxBlockers) throw new Malformed("blockers");
  const blockers: string[] = [];
  for (let i = 0; i < count; i += 1) blockers.push(from.text16(maxBlockerOctets, "blockers"));
  return { kind: "switchover-reply", switchoverId, accepted, blockers };
}
