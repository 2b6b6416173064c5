/** Where each field of a connection comes from, and what its marks mean, in words. Pure. */
import type { TimingSource } from "../../../server/core/calls/connection.ts";
import type { ConnectionColumns } from "../../../server/operations/console-view.ts";

const timings: Readonly<Record<TimingSource, string>> = {
  signalling: "seen by the call server",
  "gateway-uptime": "stamped by the gateway’s uptime",
  "gateway-age": "the gateway said how long ago",
  "gateway-clock": "stamped by the gateway’s clock",
  packets: "reckoned from packets: no later",
  "first-seen": "first seen by a poll: no later",
};

/** `from` null: nobody stamped it. */
export function timingText(from: string | null): string {
  if (from === null) return "nobody stamped it";
  return Object.hasOwn(timings, from) ? timings[from as TimingSource] : from;
}

const tellers: Readonly<Record<string, string>> = {
  signalling: "signalling",
  snmp: "an SNMP audit",
  mgcp: "an MGCP audit",
  sip: "a SIP audit",
  rpc: "a JSON-RPC audit",
};

export function tellerText(provenance: string | null): string {
  return provenance === null ? "unknown" : (tellers[provenance] ?? provenance);
}

const expedited = 46;

/** RFC 2474, 2597, 3246: EF, CS5, AF41, or the number alone. */
export function dscpName(dscp: number): string {
  if (dscp === expedited) return "EF";
  const level = dscp >> 3;
  const drop = (dscp & 7) >> 1;
  if (dscp % 8 === 0) return `CS${level}`;
  return dscp % 2 === 0 && level >= 1 && level <= 4 && drop <= 3 ? `AF${level}${drop}` : `${dscp}`;
}

const qosWords: Readonly<Record<string, string>> = {
  bestEffort: "best effort",
  guaranteedDelay: "guaranteed",
  controlledLoad: "controlled",
};

export function qosText(qos: string): string {
  return qosWords[qos] ?? qos;
}

/** "EF, best effort": the mark of the packets and the service of the call; null where neither is known. */
export function serviceText(qos: string | null, dscp: number | null): string | null {
  const parts = [dscp === null ? null : dscpName(dscp), qos === null ? null : qosText(qos)].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(", ");
}

export function scoreText(score: number): string {
  return score.toFixed(1);
}

export const continuityTitles: Readonly<Record<string, string>> = {
  preserved: "The call would be kept if its server failed now.",
  transient: "Not talking yet: the call would be given up if its server failed now.",
  unknown: "Nobody can tell what would become of it.",
  observed: "Not our call: it is only observed, so no change of control touches it.",
};

/** What a failure now would do to it; of a call that is not ours, that it is none of our business. */
export function continuityWord(continuity: string | null, own: boolean): string {
  return own ? (continuity ?? "unknown") : "observed";
}

/** On gear of others that tells of it no more. A stale one of ours is another matter: inherited, and its gateway was not asked yet. */
export function isLastSeen({ stale, own }: Pick<ConnectionColumns, "stale" | "own">, row: number): boolean {
  return stale[row] === true && own[row] === false;
}

export const phaseUnsaid = "up; its gear cannot say whether anybody answered";

/** Why there is no instant of the answer. */
export function noConnect(phase: string | undefined): string {
  return phase === "setting-up" || phase === "ringing" ? "not connected yet" : "this gear cannot say";
}
