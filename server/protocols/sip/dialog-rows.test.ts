/** Dialogs as connection rows: what each kind of gear's documents make of a leg, and instants that only ever get better. */
import { describe, expect, test } from "vitest";
import type { Now } from "../../core/time.ts";
import type { Dialog } from "./dialog-info.ts";
import { DialogRows, type DocumentMoment } from "./dialog-rows.ts";

const wallAtZero = 1_800_000_000_000;
const at = (mono: number): Now => ({ mono, wall: wallAtZero + mono });
const moment = (asked: number | null, received: number, before: number | null = null): DocumentMoment => ({
  asked: asked === null ? null : at(asked),
  received: at(received),
  before: before === null ? null : at(before),
});

const sdp = (port: number) => `v=0\no=- 1 1 IN IP4 10.0.0.1\ns=-\nc=IN IP4 10.0.0.1\nt=0 0\nm=audio ${port} RTP/AVP 8\n`;

const theirs: Dialog = {
  id: "d1",
  callId: "c1",
  localTag: "a",
  remoteTag: null,
  direction: "initiator",
  state: "confirmed",
  event: null,
  code: null,
  durationSeconds: null,
  local: { identity: { uri: "sip:alice@example.com", displayName: null }, target: "sip:alice@10.0.0.9:5060", sessionDescription: null },
  remote: { identity: { uri: "tel:+4930123", displayName: null }, target: null, sessionDescription: null },
  detail: null,
};

const ours: Dialog = {
  ...theirs,
  id: "0000002A",
  local: { ...theirs.local!, sessionDescription: { type: "application/sdp", text: sdp(20_000) } },
  remote: { ...theirs.remote!, sessionDescription: { type: "application/sdp", text: sdp(30_000) } },
  detail: {
    endpoint: "aaln/1@if-1",
    setupAgoMs: 10_000,
    connectAgoMs: 8_000,
    origin: "callback",
    carries: "speech",
    codec: "PCMU",
    qos: "bestEffort",
    dscp: 46,
    media: null,
  },
};

describe("rows", () => {
  test("of our own gear say everything", () => {
    const [row] = new DialogRows("if-1").rowsOf("r", [ours], moment(100, 120));
    expect(row).toMatchObject({
      gateway: "if-1",
      bootEpoch: 0,
      setupTicks: 0,
      index: 1,
      endpoint: "aaln/1@if-1",
      connectionId: "0000002A",
      callId: "c1",
      state: "active",
      origin: "callback",
      localNumber: "alice",
      peerNumber: "+4930123",
      localAddress: "10.0.0.1:20000",
      remoteAddress: "10.0.0.1:30000",
      codec: "PCMA",
      carries: "speech",
      qos: "bestEffort",
      // Written half way between question and answer, give or take that half.
      setupAt: wallAtZero + 110 - 10_000,
      connectAt: wallAtZero + 110 - 8_000,
      clockErrorMs: 21,
      seenAt: 120,
      source: "sip",
      detail: { setupFrom: "gateway-age", connectFrom: "gateway-age", dscp: 46, legName: "0000002A" },
    });
  });

  test("of other gear say what it says, and no more", () => {
    const [row] = new DialogRows("sbc").rowsOf("r", [theirs], moment(0, 10, -5_000));
    expect(row).toMatchObject({
      endpoint: "alice@example.com",
      connectionId: null,
      origin: "answer",
      localAddress: null,
      remoteAddress: null,
      codec: null,
      carries: null,
      qos: null,
      media: null,
      // It was not there in the document before.
      setupAt: wallAtZero + 10,
      connectAt: wallAtZero + 10,
      clockErrorMs: 5_010,
      detail: { setupFrom: "first-seen", connectFrom: "first-seen", dscp: null },
    });
  });

  test("a duration tells the set-up, ringing included, and not the answer", () => {
    const rows = new DialogRows("sbc");
    const [row] = rows.rowsOf("r", [{ ...theirs, durationSeconds: 30 }], moment(0, 10, -1_000));
    expect(row).toMatchObject({
      setupAt: wallAtZero + 5 - 30_000,
      connectAt: wallAtZero + 10,
      detail: { setupFrom: "gateway-age", connectFrom: "first-seen" },
    });
  });

  test("calls that ring are connecting, those that ended are no rows, and a party without a name is nobody", () => {
    const rows = new DialogRows("sbc");
    const ringing: Dialog = { ...theirs, state: "early", direction: "recipient", local: null, remote: null };
    expect(rows.rowsOf("r", [ringing, { ...theirs, id: "d2", state: "terminated" }], moment(0, 1))).toMatchObject([
      { state: "connecting", origin: "originate", endpoint: null, localNumber: null, peerNumber: null, connectAt: null },
    ]);
  });
});

describe("memory", () => {
  test("a leg keeps its number while it lives, and the same id at another resource is another leg", () => {
    const rows = new DialogRows("sbc");
    const index = (resource: string, dialog: Dialog) => rows.rowsOf(resource, [dialog], moment(0, 1))[0]?.index;
    expect(index("alice", theirs)).toBe(1);
    expect(index("bob", theirs)).toBe(2);
    expect(index("alice", theirs)).toBe(1);
    rows.keepOnly("alice", []);
    expect(index("bob", theirs)).toBe(2);
    expect(index("alice", theirs)).toBe(3);
  });

  test("the best reading of an instant stays, whatever later documents say less exactly", () => {
    const rows = new DialogRows("if-1");
    const detail = ours.detail!;
    const read = (ago: number, when: DocumentMoment) => rows.rowsOf("r", [{ ...ours, detail: { ...detail, setupAgoMs: ago } }], when)[0];
    expect(read(10_000, moment(0, 100))).toMatchObject({ setupAt: wallAtZero - 9_950 });
    expect(read(11_000, moment(1_040, 1_044))).toMatchObject({ setupAt: wallAtZero + 1_042 - 11_000, clockErrorMs: 13 });
    expect(read(12_000, moment(2_000, 2_400))).toMatchObject({ setupAt: wallAtZero + 1_042 - 11_000, clockErrorMs: 13 });
    // Unasked for, it may have been under way for a second.
    expect(read(13_000, moment(null, 3_100))).toMatchObject({ setupAt: wallAtZero + 1_042 - 11_000 });
  });

  test("the answer is dated when it is first seen, and a call that is no longer confirmed has none", () => {
    const rows = new DialogRows("sbc");
    const read = (state: Dialog["state"], mono: number, before: number | null) =>
      rows.rowsOf("r", [{ ...theirs, state }], moment(mono, mono, before))[0];
    expect(read("early", 0, null)).toMatchObject({ connectAt: null, clockErrorMs: 86_400_000 });
    expect(read("confirmed", 5_000, 0)).toMatchObject({ setupAt: wallAtZero, connectAt: wallAtZero + 5_000 });
    expect(read("confirmed", 10_000, 5_000)).toMatchObject({ connectAt: wallAtZero + 5_000 });
  });

  test("where wall time moved, what was dated before is doubted by as much, and read anew where it can be", () => {
    const rows = new DialogRows("if-1");
    rows.rowsOf("r", [ours], moment(0, 10));
    const later = { mono: 1_000, wall: wallAtZero + 1_000 + 60_000 };
    const [row] = rows.rowsOf("r", [{ ...ours, detail: { ...ours.detail!, setupAgoMs: 11_000, connectAgoMs: 9_000 } }], {
      asked: later,
      received: later,
      before: null,
    });
    expect(row).toMatchObject({ setupAt: wallAtZero + 61_000 - 11_000, clockErrorMs: 11 });
  });
});
