/**
 * A simulated party at one endpoint (lab only): someone with a telephone, or the network behind a trunk channel.
 * It looks at what the endpoint plays and carries, and acts as a person would; every wait has an end, so that none is left off-hook.
 */
import type { Instant, Now, WallTime } from "../time.ts";
import type { Stimulus } from "./endpoint.ts";
import type { PartyMedia, PartyView } from "./party-view.ts";

export type Side = "calling" | "called";

export interface CallPlan {
  readonly callRef: string;
  readonly digits: string;
  /** Trunks: the number that the network presents. */
  readonly callingNumber: string | null;
  readonly holdMs: number;
  readonly releasedBy: Side;
}

export type PartyState = "idle" | "listening" | "calling" | "alerted" | "talking" | "clearing";

export interface Party {
  readonly endpointIndex: number;
  readonly trunk: boolean;
  state: PartyState;
  plan: CallPlan | null;
  side: Side;
  callId: string | null;
  hadConnection: boolean;
  answered: Now | null;
  /** Of its connection in this call, as last seen. */
  media: PartyMedia | null;
  /** What happens next by itself; null = nothing. */
  deadline: Instant | null;
}

export interface AnsweredCall {
  readonly callId: string;
  readonly side: Side;
  readonly answeredAt: WallTime;
  readonly endedAt: WallTime;
  readonly releasedBy: Side;
  /** Both tell which of several channels that were answered was the caller's. */
  readonly address: string | null;
  readonly remote: string | null;
}

export type PartyEffect =
  | { readonly kind: "act"; readonly stimulus: Stimulus }
  | { readonly kind: "truth"; readonly call: AnsweredCall }
  /** The called party of this call shall hang up after so long. */
  | { readonly kind: "arrange"; readonly callId: string; readonly afterMs: number };

const patienceMs = 30_000;
const dialDelayMs = 150;
const clearDelayMs = 250;
/** How much longer than planned a party waits for the other one to hang up. */
const overtimeMs = 5_000;

export function newParty(endpointIndex: number, trunk: boolean): Party {
  return {
    endpointIndex,
    trunk,
    state: "idle",
    plan: null,
    side: "calling",
    callId: null,
    hadConnection: false,
    answered: null,
    media: null,
    deadline: null,
  };
}

/** Starts a call; null where the party is busy. */
export function placeCall(party: Party, plan: CallPlan, view: PartyView, now: Now): PartyEffect[] | null {
  if (party.state !== "idle" || view.offHook || view.ringing || view.connection !== null) return null;
  party.plan = plan;
  party.side = "calling";
  party.hadConnection = false;
  party.callId = null;
  party.media = null;
  party.deadline = now.mono + patienceMs;
  if (party.trunk) {
    party.state = "calling";
    return [{ kind: "act", stimulus: { kind: "seizure", called: plan.digits, calling: plan.callingNumber } }];
  }
  party.state = "listening";
  return [{ kind: "act", stimulus: { kind: "off-hook" } }];
}

/** Something changed at the endpoint. @param answerDelayMs how long this party lets it ring */
export function look(party: Party, view: PartyView, answerDelayMs: number, now: Now): PartyEffect[] {
  switch (party.state) {
    case "idle":
      if (!isAlerted(party, view)) return [];
      Object.assign(party, {
        state: "alerted",
        side: "called",
        plan: null,
        callId: null,
        hadConnection: false,
        media: null,
        deadline: now.mono + answerDelayMs,
      });
      return [];
    case "listening":
      if (view.refusalTone) return clear(party, now);
      if (view.dialTone && party.deadline !== null) party.deadline = Math.min(party.deadline, now.mono + dialDelayMs);
      return [];
    case "calling":
      return lookWhileCalling(party, view, now);
    case "alerted":
      // Nobody rings any more: the caller gave up.
      if (!isAlerted(party, view)) becomeIdle(party);
      return [];
    case "talking":
      return lookWhileTalking(party, view, now);
    case "clearing":
      if (!view.offHook) becomeIdle(party);
      return [];
  }
}

function isAlerted(party: Party, view: PartyView): boolean {
  return party.trunk ? view.offHook && !view.calling : view.ringing;
}

function lookWhileCalling(party: Party, view: PartyView, now: Now): PartyEffect[] {
  if (!view.offHook) {
    becomeIdle(party);
    return [];
  }
  if (view.connection !== null) party.hadConnection = true;
  if (view.refusalTone || (party.hadConnection && view.connection === null)) return clear(party, now);
  const through = party.trunk ? view.answerSignal : view.connection?.mode === "sendrecv";
  if (!through || view.connection === null || party.plan === null) return [];
  const { holdMs, releasedBy } = party.plan;
  startTalking(party, view.connection, now);
  party.deadline = now.mono + holdMs + (releasedBy === "calling" ? 0 : overtimeMs);
  return releasedBy === "calling" ? [] : [{ kind: "arrange", callId: view.connection.callId, afterMs: holdMs }];
}

function lookWhileTalking(party: Party, view: PartyView, now: Now): PartyEffect[] {
  if (view.connection !== null) {
    noticeConnection(party, view.connection);
    return [];
  }
  // Lifted for a call that did not come to be: it waits, until it hears that it shall not.
  if (!party.hadConnection && view.offHook) return view.refusalTone ? clear(party, now) : [];
  const truth = truthOf(party, party.side === "calling" ? "called" : "calling", now);
  return [...truth, ...(view.offHook ? clear(party, now) : idleAgain(party))];
}

function startTalking(party: Party, connection: PartyView["connection"], now: Now): void {
  party.state = "talking";
  party.callId = null;
  party.hadConnection = false;
  party.answered = now;
  if (connection !== null) noticeConnection(party, connection);
}

function noticeConnection(party: Party, { callId, address, remote }: NonNullable<PartyView["connection"]>): void {
  party.callId ??= callId;
  party.hadConnection = true;
  if (party.callId === callId) party.media = { address, remote: remote ?? party.media?.remote ?? null };
}

/** The arranged end of a call that this party answered; false where it is not in that call. */
export function arrangeHangUp(party: Party, callId: string, at: Instant): boolean {
  if (party.state !== "talking" || party.callId !== callId) return false;
  party.deadline = at;
  return true;
}

/** The party's deadline has passed. */
export function partyTimer(party: Party, view: PartyView, now: Now): PartyEffect[] {
  if (party.deadline === null || now.mono < party.deadline) return [];
  party.deadline = null;
  switch (party.state) {
    case "idle":
      return [];
    case "listening":
      if (!view.dialTone || party.plan === null) return hangUp(party);
      party.state = "calling";
      party.deadline = now.mono + patienceMs;
      return [...party.plan.digits].map((digit) => ({ kind: "act", stimulus: { kind: "digit", digit } }));
    case "alerted":
      startTalking(party, view.connection, now);
      // Without a connection the call is not coming any more.
      party.deadline = view.connection === null ? now.mono + patienceMs : null;
      return [{ kind: "act", stimulus: party.trunk ? { kind: "answer" } : { kind: "off-hook" } }];
    case "talking":
      if (party.hadConnection) return [...truthOf(party, party.side, now), ...hangUp(party)];
      return hangUp(party);
    case "calling":
    case "clearing":
      return hangUp(party);
  }
}

function hangUp(party: Party): PartyEffect[] {
  becomeIdle(party);
  return [{ kind: "act", stimulus: party.trunk ? { kind: "release", cause: 16 } : { kind: "on-hook" } }];
}

/** Puts the receiver down after a moment. */
function clear(party: Party, now: Now): PartyEffect[] {
  party.state = "clearing";
  party.answered = null;
  party.deadline = now.mono + clearDelayMs;
  return [];
}

function idleAgain(party: Party): PartyEffect[] {
  becomeIdle(party);
  return [];
}

function becomeIdle(party: Party): void {
  party.state = "idle";
  party.plan = null;
  party.callId = null;
  party.hadConnection = false;
  party.answered = null;
  party.media = null;
  party.deadline = null;
}

function truthOf(party: Party, releasedBy: Side, now: Now): PartyEffect[] {
  const { callId, side, answered, media } = party;
  if (callId === null || answered === null) return [];
  const call: AnsweredCall = {
    callId,
    side,
    answeredAt: answered.wall,
    endedAt: now.wall,
    releasedBy,
    address: media?.address ?? null,
    remote: media?.remote ?? null,
  };
  return [{ kind: "truth", call }];
}
