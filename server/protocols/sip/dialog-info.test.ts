/** RFC 4235 documents: Kamailio's dialect, the RFC's own example, Tandem's extension, versions, damage. */
import { describe, expect, test } from "vitest";
import { decodeDatagram } from "./decode.ts";
import type { ConnectionDetail, Dialog, DialogInfo } from "./dialog-info.ts";
import { decodeDialogInfo } from "./dialog-info-decode.ts";
import { encodeDialog, encodeDialogInfo } from "./dialog-info-encode.ts";
import { DialogTable } from "./dialog-table.ts";
import { recordedMessage } from "./testing/recorded.ts";

function info(text: string): DialogInfo {
  const result = decodeDialogInfo(text);
  if (!result.ok) throw new Error(result.reason);
  return result.info;
}

function bodyOf(name: string): string {
  const result = decodeDatagram(recordedMessage(name));
  if (!result.ok) throw new Error(result.reason);
  return result.message.body;
}

const detail: ConnectionDetail = {
  endpoint: "aaln/1@if-1",
  setupAgoMs: 61_500,
  connectAgoMs: 60_000,
  origin: "answer",
  carries: "speech",
  codec: "PCMU",
  qos: "bestEffort",
  dscp: 46,
  media: {
    packetsSent: 3_000,
    octetsSent: 480_000,
    packetsReceived: 2_999,
    octetsReceived: 479_840,
    packetsLost: 1,
    jitterMs: 0.25,
    longestSilenceMs: 21,
    modelled: false,
  },
};

const dialog: Dialog = {
  id: "0000002A",
  callId: "0123456789ABCDEF0123456789ABCDEF",
  localTag: null,
  remoteTag: null,
  direction: "initiator",
  state: "confirmed",
  event: null,
  code: null,
  durationSeconds: 61,
  local: {
    identity: { uri: "sip:2001@if-1", displayName: 'Zoë "Z" <x>' },
    target: "sip:2001@127.0.0.1:5060",
    sessionDescription: { type: "application/sdp", text: "v=0\no=- 1 1 IN IP4 127.0.0.1" },
  },
  remote: { identity: { uri: "sip:0123@if-1", displayName: null }, target: null, sessionDescription: null },
  detail,
};

const bare: Dialog = {
  id: "1",
  callId: null,
  localTag: null,
  remoteTag: null,
  direction: null,
  state: "trying",
  event: null,
  code: null,
  durationSeconds: null,
  local: null,
  remote: null,
  detail: null,
};

const full: DialogInfo = { version: 0, state: "full", entity: "sip:if-1@h", dialogs: [dialog, bare], connections: 2 };

describe("documents", () => {
  test("survive a round trip, and stay small enough for a datagram of dozens", () => {
    expect(info(encodeDialogInfo(full))).toEqual(full);
    expect(encodeDialog(dialog).length).toBeLessThan(1_100);
  });

  test("Kamailio: a call that is tried, one that is up, and one that ended", () => {
    expect(info(bodyOf("a NOTIFY of a call that is tried"))).toMatchObject({
      version: 2,
      state: "full",
      entity: "sip:alice@127.0.0.1",
      connections: null,
      dialogs: [
        {
          id: "padi-6b0091e1-72d2-1",
          callId: "call-1@alice",
          localTag: null,
          state: "trying",
          durationSeconds: null,
          direction: "initiator",
          local: { identity: { uri: "sip:alice@127.0.0.1" }, target: "sip:alice@127.0.0.1" },
          detail: null,
        },
      ],
    });
    expect(info(bodyOf("a NOTIFY of a call that is up")).dialogs).toMatchObject([{ state: "confirmed", localTag: "a1", remoteTag: "b1" }]);
    expect(info(bodyOf("the NOTIFY of a poll")).dialogs).toMatchObject([{ state: "terminated", event: null, code: null }]);
    expect(bodyOf("a NOTIFY without a body")).toBe("");
  });

  test("RFC 4235 6.2, which writes display= where the schema has display-name=", () => {
    const text = `<?xml version="1.0"?>
      <dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="1" state="partial" entity="sip:alice@example.com">
        <dialog id="as7d900as8" call-id="a84b4c76e66710" local-tag="1928301774" remote-tag="456887766" direction="initiator">
          <state event="local-bye" code="200">TERMINATED</state><duration> 274 </duration>
          <local><identity display="Alice">sip:alice@example.com</identity>
            <target uri="sip:alice@pc33.example.com"><param pname="+sip.rendering" pval="no"/></target></local>
          <replaces call-id="x"/><other xmlns="urn:other" state="1"/>
        </dialog></dialog-info>`;
    expect(info(text)).toMatchObject({
      state: "partial",
      dialogs: [
        {
          state: "terminated",
          event: "local-bye",
          code: 200,
          durationSeconds: 274,
          local: { identity: { displayName: "Alice" }, target: "sip:alice@pc33.example.com" },
        },
      ],
    });
  });

  test.each([
    ["<presence/>", "the root is <presence>"],
    ['<dialog-info state="full"/>', "no version"],
    ['<dialog-info version="1" state="half"/>', "state is neither"],
    ['<dialog-info version="1" state="full"><dialog><state>early</state></dialog></dialog-info>', "dialog 1 has no id"],
    ['<dialog-info version="1" state="full"><dialog id="1"><state>odd</state></dialog></dialog-info>', "dialog 1 has no id, or a state"],
    ['<dialog-info version="1" state="full"><dialog id="1"/></dialog-info>', "dialog 1 has no id, or a state"],
    ["not xml", "text outside"],
  ])("refused: %s", (text, why) => {
    const result = decodeDialogInfo(text);
    expect(result.ok ? null : result.reason).toContain(why);
  });

  test("values of the extension that cannot be are not taken", () => {
    const odd = encodeDialogInfo(full)
      .replace('dscp="46"', 'dscp="64"')
      .replace('origin="answer"', 'origin="odd"')
      .replace('setup-ago-ms="61500"', 'setup-ago-ms="-5"')
      .replace('connect-ago-ms="60000"', 'connect-ago-ms="99999999999999"');
    expect(info(odd).dialogs[0]?.detail).toMatchObject({ dscp: null, origin: null, setupAgoMs: null, connectAgoMs: null });
  });

  test("damage in any octet gives a document or a reason, never an exception", () => {
    const text = encodeDialogInfo(full);
    for (let at = 0; at < text.length; at++) {
      decodeDialogInfo(text.slice(0, at));
      decodeDialogInfo(text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (at % 7))) + text.slice(at + 1));
    }
  });
});

describe("versions", () => {
  const version = (number: number, state: "full" | "partial", dialogs: readonly Dialog[]): DialogInfo => ({
    ...full,
    version: number,
    state,
    dialogs,
    connections: null,
  });
  const states = (table: DialogTable) => [...table.dialogs].map(({ id, state }) => `${id} ${state}`);
  const other: Dialog = { ...bare, id: "2" };

  test("a full state replaces, the next partial one changes, a terminated dialog goes", () => {
    const table = new DialogTable();
    expect(table.coherent).toBe(false);
    expect(table.take(version(0, "full", [bare, other]))).toBe("taken");
    expect(table.take(version(1, "partial", [{ ...bare, state: "confirmed" }]))).toBe("taken");
    expect(states(table)).toEqual(["1 confirmed", "2 trying"]);
    expect(table.take(version(2, "partial", [{ ...other, state: "terminated" }]))).toBe("taken");
    expect(states(table)).toEqual(["1 confirmed"]);
    expect(table.take(version(9, "full", [other]))).toBe("taken");
    expect(states(table)).toEqual(["2 trying"]);
  });

  test("an older document is dropped, a gap needs the full state", () => {
    const table = new DialogTable();
    table.take(version(5, "full", [bare]));
    expect(table.take(version(5, "full", []))).toBe("old");
    expect(table.take(version(7, "partial", [other]))).toBe("gap");
    expect(table.coherent).toBe(false);
    expect(table.take(version(8, "partial", [other]))).toBe("gap");
    expect(table.take(version(9, "full", [bare]))).toBe("taken");
    expect(table.coherent).toBe(true);
  });

  test("partial before any full state is a gap; a new subscription counts anew", () => {
    const table = new DialogTable();
    expect(table.take(version(3, "partial", []))).toBe("gap");
    table.reset();
    expect(table.take(version(0, "full", [bare]))).toBe("taken");
  });
});
