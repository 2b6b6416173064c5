/** Audits in words: protocols, why one failed, what the breaker does, what a field of a profile is called. Pure. */
import type { GearField } from "../../../server/core/gear/gear-profile.ts";
import type { PastPoll, PollFigures } from "../../../server/core/polling/poll-figures.ts";
import type { GearReachability } from "../../../server/core/status/gear-status.ts";
import type { GearView } from "../../../server/operations/console-view.ts";
import { formatDuration } from "../../_ui/format.ts";

const protocols: Readonly<Record<string, string>> = { snmp: "SNMP", mgcp: "MGCP", sip: "SIP", rpc: "JSON-RPC" };

export function protocolText(protocol: string): string {
  return protocols[protocol] ?? protocol;
}

/** Whether it was there at all stands first: the rest is mended elsewhere. */
const failures: Readonly<Record<string, string>> = {
  timeout: "unreachable",
  refused: "refused",
  unauthorized: "not authorized",
  restarted: "answers, but restarted",
  loop: "answers, but in a circle",
  lies: "answers, but contradicts itself",
  malformed: "answers, but not readably",
  clock: "answers, but a clock jumped",
  other: "not read",
};

export function failureText(kind: string): string {
  return failures[kind] ?? kind;
}

/** "3 in a row, breaker open" */
export function rowText({ consecutiveFailures, breaker }: Pick<PollFigures, "consecutiveFailures" | "breaker">): string {
  const times = consecutiveFailures === 1 ? "once" : `${consecutiveFailures} in a row`;
  return `${times}${breaker.state === "closed" ? "" : `, breaker ${breaker.state}`}`;
}

/** Of audits that do not go well: "unreachable, 3 in a row, breaker open"; null where they do. */
export function auditTrouble(figures: PollFigures): string | null {
  const { phase, lastFailure, consecutiveFailures, lastCompleteAt } = figures;
  if (phase === "paused") return "polling disabled";
  if (consecutiveFailures > 0 && lastFailure !== null) return `${failureText(lastFailure.kind)}, ${rowText(figures)}`;
  return lastCompleteAt === null ? "never polled" : null;
}

const phases: Readonly<Record<string, string>> = {
  paused: "disabled",
  waiting: "waits for its time",
  due: "due, waits for its turn or its budget",
  polling: "under way",
};

export function phaseText(phase: string): string {
  return phases[phase] ?? phase;
}

const breakers: Readonly<Record<string, string>> = {
  closed: "closed, asked at its interval",
  open: "open, not asked until the next try",
  "half-open": "half open, one cheap try is under way",
};

export function breakerText(state: string): string {
  return breakers[state] ?? state;
}

const reasons: Readonly<Record<string, string>> = {
  start: "server began",
  "failure-elsewhere": "failure elsewhere",
  "by-hand": "by hand",
  reachability: "its answers to OPTIONS changed",
  trap: "trap",
  restart: "gear restarted",
};

/** Whom gear of others obeys, by its `control`: in the list, why, and in full. */
export const ownerTexts: Readonly<Record<GearView["control"], { readonly short: string; readonly title: string; readonly full: string }>> =
  {
    none: {
      short: "only read",
      title: "Gear of others: it obeys nobody of ours, and every server reads it.",
      full: "nobody of ours; every server reads it",
    },
    mgcp: {
      short: "follows the title",
      title: "Gear of others: every server reads it, and the title holder points it at itself.",
      full: "follows the title; every server reads it",
    },
  };

/** How it answers the pings between the audits. */
export function reachabilityText({ state, forMs, misses }: GearReachability): string {
  if (state === "unknown") return misses === 0 ? "not answered yet" : `${misses} unanswered, none answered yet`;
  const since = `for ${formatDuration(forMs)}`;
  if (state === "down") return `not answered ${since}`;
  return misses === 0 ? `answered ${since}` : `answered ${since}, the last ${misses} not`;
}

export function askedText(asked: PastPoll["asked"]): string {
  return asked === null ? "its turn" : (reasons[asked] ?? asked);
}

export function resultText({ result }: Pick<PastPoll, "result">): string {
  return result === "complete" ? "complete" : failureText(result);
}

/** In the order in which a profile lists them. */
export const fieldNames: Readonly<Record<GearField, string>> = {
  callId: "Call id",
  origin: "Calls or is called",
  localNumber: "Number",
  peerNumber: "Connected to",
  localAddress: "Media here",
  remoteAddress: "Media there",
  carries: "Carries",
  setup: "Set up at",
  connect: "Connected at",
  codec: "Codec",
  qos: "QoS",
  dscp: "DSCP",
  counters: "Packets",
  loss: "Lost",
  jitter: "Jitter",
  rtt: "Round trip",
  mos: "Its own MOS",
  end: "Exact end",
  cause: "Cause",
};
