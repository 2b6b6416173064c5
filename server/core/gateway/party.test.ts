import { describe, expect, test } from "vitest";
import { arrangeHangUp, type CallPlan, look, newParty, type Party, type PartyEffect, partyTimer, placeCall } from "./party.ts";
import type { PartyView } from "./party-view.ts";

const quiet: PartyView = {
  offHook: false,
  calling: false,
  dialTone: false,
  ringing: false,
  refusalTone: false,
  answerSignal: false,
  connection: null,
};
const plan: CallPlan = { callRef: "1", digits: "21", callingNumber: null, holdMs: 1_000, releasedBy: "calling" };
const leg = { callId: "A", mode: "recvonly", address: "here:1", remote: null } as const;

function at(mono: number) {
  return { mono, wall: 100_000 + mono };
}

function see(party: Party, view: Partial<PartyView>, mono: number): PartyEffect[] {
  return look(party, { ...quiet, ...view }, 500, at(mono));
}

function wait(party: Party, view: Partial<PartyView>, mono: number): PartyEffect[] {
  return partyTimer(party, { ...quiet, ...view }, at(mono));
}

function act(kind: string): unknown {
  return { kind: "act", stimulus: expect.objectContaining({ kind }) };
}

describe("a party at a line", () => {
  test("lifts the receiver, dials at the tone, talks for the planned time and hangs up", () => {
    const party = newParty(1, false);
    const up = { offHook: true, calling: true };
    expect(placeCall(party, plan, quiet, at(0))).toEqual([act("off-hook")]);
    expect(placeCall(party, plan, quiet, at(0))).toBeNull();
    see(party, { ...up, dialTone: true }, 10);
    expect(wait(party, { ...up, dialTone: true }, 159)).toEqual([]);
    expect(wait(party, { ...up, dialTone: true }, 160)).toEqual([act("digit"), act("digit")]);
    expect(see(party, { ...up, connection: leg }, 200)).toEqual([]);
    expect(see(party, { ...up, connection: { ...leg, mode: "sendrecv", remote: "there:2" } }, 300)).toEqual([]);
    expect(wait(party, { ...up, connection: leg }, 1_300)).toEqual([
      {
        kind: "truth",
        call: {
          callId: "A",
          side: "calling",
          answeredAt: 100_300,
          endedAt: 101_300,
          releasedBy: "calling",
          address: "here:1",
          remote: "there:2",
        },
      },
      act("on-hook"),
    ]);
    expect(party).toMatchObject({ state: "idle", deadline: null });
  });

  test("that lifted for a ring without a call hangs up at the reorder tone, and was in no call", () => {
    const party = newParty(1, false);
    see(party, { ringing: true }, 0);
    expect(wait(party, { ringing: true }, 500)).toEqual([act("off-hook")]);
    expect(see(party, { offHook: true }, 510)).toEqual([]);
    expect(see(party, { offHook: true, refusalTone: true }, 520)).toEqual([]);
    expect(wait(party, { offHook: true, refusalTone: true }, 770)).toEqual([act("on-hook")]);
    expect(party.state).toBe("idle");
  });

  test("leaves the end to the other side where that was planned, but not for ever", () => {
    const party = newParty(1, false);
    placeCall(party, { ...plan, releasedBy: "called" }, quiet, at(0));
    party.state = "calling";
    const talking = { offHook: true, calling: true, connection: { ...leg, mode: "sendrecv" as const } };
    expect(see(party, talking, 300)).toEqual([{ kind: "arrange", callId: "A", afterMs: 1_000 }]);
    expect(wait(party, talking, 1_300)).toEqual([]);
    expect(wait(party, talking, 6_300)).toContainEqual(act("on-hook"));
  });

  test("answers after a while, hangs up as arranged, and tells its side", () => {
    const party = newParty(1, false);
    see(party, { ringing: true, connection: leg }, 0);
    expect(wait(party, { ringing: true, connection: leg }, 500)).toEqual([act("off-hook")]);
    expect(arrangeHangUp(party, "B", 900)).toBe(false);
    expect(arrangeHangUp(party, "A", 900)).toBe(true);
    expect(wait(party, { offHook: true, connection: leg }, 900)).toEqual([
      { kind: "truth", call: expect.objectContaining({ side: "called", releasedBy: "called", endedAt: 100_900 }) },
      act("on-hook"),
    ]);
  });

  test("puts the receiver down when the other side is gone", () => {
    const party = newParty(1, false);
    see(party, { ringing: true, connection: leg }, 0);
    wait(party, { ringing: true, connection: leg }, 500);
    see(party, { offHook: true, connection: leg }, 600);
    expect(see(party, { offHook: true, refusalTone: true }, 700)).toEqual([
      { kind: "truth", call: expect.objectContaining({ releasedBy: "calling" }) },
    ]);
    expect(wait(party, { offHook: true }, 950)).toEqual([act("on-hook")]);
  });

  test("no wait is without end: no dial tone, no answer, no ringing any more", () => {
    const waiting = newParty(1, false);
    placeCall(waiting, plan, quiet, at(0));
    expect(wait(waiting, { offHook: true }, 30_000)).toEqual([act("on-hook")]);
    const calling = newParty(1, false);
    placeCall(calling, plan, quiet, at(0));
    see(calling, { offHook: true, dialTone: true }, 10);
    wait(calling, { offHook: true, dialTone: true }, 200);
    expect(wait(calling, { offHook: true }, 30_200)).toEqual([act("on-hook")]);
    const rung = newParty(1, false);
    see(rung, { ringing: true }, 0);
    see(rung, {}, 100);
    expect(rung).toMatchObject({ state: "idle", deadline: null });
    const answered = newParty(1, false);
    see(answered, { ringing: true }, 0);
    wait(answered, { ringing: true }, 500);
    expect(wait(answered, { offHook: true }, 30_500)).toEqual([act("on-hook")]);
  });

  test("hears the reorder tone and gives up", () => {
    const party = newParty(1, false);
    placeCall(party, plan, quiet, at(0));
    see(party, { offHook: true, refusalTone: true }, 50);
    expect(wait(party, { offHook: true, refusalTone: true }, 300)).toEqual([act("on-hook")]);
  });
});

describe("the network behind a trunk channel", () => {
  test("seizes, hears the answer, and is released by the call server", () => {
    const party = newParty(1, true);
    expect(placeCall(party, { ...plan, callingNumber: "5551" }, quiet, at(0))).toEqual([
      { kind: "act", stimulus: { kind: "seizure", called: "21", calling: "5551" } },
    ]);
    const seized = { offHook: true, calling: true, connection: leg };
    see(party, seized, 10);
    see(party, { ...seized, answerSignal: true }, 20);
    expect(party).toMatchObject({ state: "talking", deadline: 1_020 });
    expect(see(party, {}, 700)).toEqual([{ kind: "truth", call: expect.objectContaining({ releasedBy: "called", endedAt: 100_700 }) }]);
    expect(party.state).toBe("idle");
  });

  test("answers a seizure of the call server, and is released while it waits", () => {
    const party = newParty(1, true);
    see(party, { offHook: true, connection: leg }, 0);
    expect(wait(party, { offHook: true, connection: leg }, 500)).toEqual([act("answer")]);
    const other = newParty(2, true);
    see(other, { offHook: true, connection: leg }, 0);
    see(other, {}, 100);
    expect(other.state).toBe("idle");
  });
});
