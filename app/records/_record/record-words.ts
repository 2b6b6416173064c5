/** A call record in words: how it was recorded, how sure its instants are, who ended it. */
import type { CallRecord, InstantSource, RecordedInstant, RecordOrigin } from "../../../server/core/calls/call-record.ts";

/** What the list calls the way a record came about. */
export const originWords: Readonly<Record<RecordOrigin, string>> = {
  signalling: "measured",
  adopted: "adopted",
  history: "recovered",
  observed: "observed",
};

export const originReasons: Readonly<Record<RecordOrigin, string>> = {
  signalling: "written by the server that carried the call to its end",
  adopted: "the call survived a change of control",
  history: "the call ended while nobody was in control; the gateways told when",
  observed: "the call was not set up here; its gateways were read again and again",
};

const sources: Readonly<Record<InstantSource, string>> = {
  signalling: "seen by the call server",
  gateway: "stamped by the gateway",
  history: "from the gateway’s history",
  poll: "between two polls",
};

/** `seen by the call server, ± 4 ms` */
export function sourceText(instant: RecordedInstant): string {
  return `${sources[instant.source]}, ± ${errorText(instant.errorMs)}`;
}

export function errorText(errorMs: number): string {
  if (errorMs >= 1_000) return `${(errorMs / 1_000).toFixed(1)} s`;
  return `${errorMs < 10 && errorMs % 1 !== 0 ? errorMs.toFixed(1) : Math.round(errorMs)} ms`;
}

const releasers: Readonly<Record<NonNullable<CallRecord["releasedBy"]>, string>> = {
  calling: "the calling party",
  called: "the called party",
  network: "the network",
  operator: "an operator",
};

export function releasedByText(releasedBy: CallRecord["releasedBy"]): string {
  return releasedBy === null ? "not reported" : releasers[releasedBy];
}

const qosWords: Readonly<Record<string, string>> = {
  bestEffort: "best effort",
  guaranteedDelay: "guaranteed delay",
  controlledLoad: "controlled load",
};

export function qosText(qos: string | null): string {
  return qos === null ? "not reported" : (qosWords[qos] ?? qos);
}

/** The drawer's sentence: `Answered, 7 min 17 s talking, adopted.` */
export function recordSentence(record: CallRecord, talked: string): string {
  const how = howRecorded(record);
  return record.outcome === "lost" ? `Lost after ${talked}${how}.` : `Answered, ${talked} talking${how}.`;
}

function howRecorded(record: CallRecord): string {
  const how: Readonly<Record<RecordOrigin, string>> = {
    signalling: "",
    adopted: `, adopted ${adoptions(record)}`,
    history: ", recovered from the gateway’s history",
    observed: ", observed at its gateways",
  };
  return how[record.origin];
}

function adoptions(record: CallRecord): string {
  const times = Math.max(1, record.epochs.length - 1);
  return times === 1 ? "once" : `${times} times`;
}

/** The numbers are a customer's: shown as dialled, `none` where the gear could not tell. */
export function numberText(number: string | null): string {
  return number ?? "withheld";
}
