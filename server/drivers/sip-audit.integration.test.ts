/** The SIP auditor against a scripted notifier on loopback: one-shot polls, standing subscriptions, and every way in which gear may not tell. */
import { afterEach, describe, expect, test } from "vitest";
import { DigestServer } from "../protocols/sip/digest-server.ts";
import { headerOf } from "../protocols/sip/message.ts";
import { newNonce, sipDigest } from "../runtime/sip-digest.ts";
import type { Exchanged } from "./auditor.ts";
import type { SipAuditorOptions } from "./sip-audit.ts";
import { auditorOf, dialogXml, document, type GearScript, SipGear } from "./testing/sip-gear.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function scene(script: GearScript, options: Partial<SipAuditorOptions> = {}) {
  const gear = await SipGear.open(script);
  const { auditor, socket, counters } = await auditorOf(gear, options);
  open.push(auditor, socket, gear.socket);
  return { gear, auditor, counters };
}

describe("a one-shot poll", () => {
  test.each(["udp", "tcp"] as const)("over %s reads the rows, and says what the gear says", async (transport) => {
    const { gear, auditor } = await scene(
      { notify: () => ({ body: document(1, [dialogXml("1"), dialogXml("2", "early")]) }) },
      { transport },
    );
    const heard: number[] = [];
    const result = await auditor.audit("full", { onRows: (rows) => heard.push(rows.length) });
    expect(result).toMatchObject({
      complete: true,
      tellsBoot: false,
      bootEpoch: 0,
      failureKind: null,
      packets: 1,
      rowsRead: 2,
      scalarCount: null,
    });
    expect(result.rows.map(({ callId, state }) => [callId, state])).toEqual([
      ["call-1", "active"],
      ["call-2", "connecting"],
    ]);
    expect(result.columns).toEqual([{ column: "dialogs of sip:gw-1@127.0.0.1", reachedEnd: true }]);
    expect(heard).toEqual([2]);
    expect(auditor.profile()).toMatchObject({ name: "sip-dialog", identity: "gear 1.0", says: { callId: "dialog call-id" } });
    await expect.poll(() => gear.notified).toMatchObject([{ kind: "response", response: { status: 200 } }]);
    expect(headerOf(gear.subscribes[0]!, "Expires")).toBe("0");
  });

  test("history is complete and empty, and asks nothing", async () => {
    const { gear, auditor } = await scene({});
    expect(await auditor.audit("history")).toMatchObject({ complete: true, ended: [], packets: 0 });
    expect(gear.subscribes).toEqual([]);
  });

  test("an empty body is not an empty table", async () => {
    const { auditor } = await scene({ notify: () => ({ body: null }) });
    expect(await auditor.audit("full")).toMatchObject({
      complete: false,
      failureKind: "other",
      incompleteBecause: "sip:gw-1@127.0.0.1: it has nothing published, which says nothing about its calls",
    });
  });

  test.each([
    [489, "refused", "does not know the dialog event package (489 Bad Event); it knows reg, presence"],
    [481, "refused", "does not know the subscription"],
    [401, "unauthorized", "asks for a user and a secret"],
    [403, "unauthorized", "forbids"],
    [404, "refused", "knows no such resource"],
    [501, "refused", "does not know SUBSCRIBE"],
    [500, "refused", "answered 500"],
  ])("%i is told in a sentence", async (status, failureKind, sentence) => {
    const headers = status === 489 ? ([["Allow-Events", "reg, presence"]] as const) : [];
    const { auditor } = await scene({ answer: () => ({ status, headers }) });
    const result = await auditor.audit("full");
    expect(result).toMatchObject({ complete: false, failureKind, rows: [], bootEpoch: 0 });
    expect(result.incompleteBecause).toContain(sentence);
  });

  test("no answer, no NOTIFY, a partial state, a document that cannot be read", async () => {
    const { gear, auditor } = await scene({ answer: () => null }, { deadlineMs: 150 });
    const failure = async () => {
      const { failureKind, incompleteBecause, bootEpoch } = await auditor.audit("full");
      return [failureKind, bootEpoch, incompleteBecause?.replace(/^sip:[^ ]+ /, "")];
    };
    expect(await failure()).toEqual(["timeout", null, expect.stringContaining("no answer from 127.0.0.1")]);
    gear.script = {};
    expect(await failure()).toEqual(["timeout", 0, "it accepted the SUBSCRIBE, but sent no NOTIFY within 150 ms"]);
    gear.script = { notify: () => ({ body: document(1, [], "partial") }) };
    expect(await failure()).toEqual(["lies", 0, expect.stringContaining("partial state")]);
    gear.script = { notify: () => ({ body: "<dialog-info" }) };
    expect(await failure()).toEqual(["malformed", 0, expect.stringContaining("cannot be read")]);
  });

  test("nobody listens on TCP", async () => {
    const { auditor } = await scene({}, { transport: "tcp", address: { host: "127.0.0.1", port: 9 } });
    expect(await auditor.audit("full")).toMatchObject({ complete: false, failureKind: "refused", bootEpoch: null });
  });

  test("gear that knows the package only without parameters is asked without, and from then on at once", async () => {
    const plain: GearScript = {
      answer: (subscribe) => ({ status: headerOf(subscribe, "Event") === "dialog" ? 200 : 489 }),
      notify: () => ({ body: document(1, []) }),
    };
    const { auditor } = await scene(plain, { resources: ["sip:a@127.0.0.1", "sip:b@127.0.0.1"] });
    expect(await auditor.audit("full")).toMatchObject({ complete: true, packets: 4 });
    expect(await auditor.audit("full")).toMatchObject({ complete: true, packets: 2 });
  });

  test("a document that was cut is incomplete, and its rows count", async () => {
    const table = `<t:table xmlns:t="urn:tandem:connection:1" connections="3"/>`;
    const { auditor } = await scene({ notify: () => ({ body: document(1, [dialogXml("1"), table]) }) });
    const result = await auditor.audit("full");
    expect(result).toMatchObject({ complete: false, scalarCount: 3, rowsRead: 1 });
    expect(result.incompleteBecause).toContain("room for 1 of 3 connections; ask over TCP");
  });

  test("many resources are asked side by side; one that does not tell leaves the rest to count, but not to be complete", async () => {
    const resources = Array.from({ length: 40 }, (_, i) => `sip:u${i}@127.0.0.1`);
    const script: GearScript = {
      answer: (subscribe) => ({ status: subscribe.uri === "sip:u7@127.0.0.1" ? 404 : 200 }),
      notify: (subscribe) => ({ body: document(1, [dialogXml(subscribe.uri)]) }),
    };
    const { auditor } = await scene(script, { resources });
    const result = await auditor.audit("full");
    expect(result).toMatchObject({ complete: false, rowsRead: 39, failureKind: "refused" });
    expect(result.incompleteBecause).toContain("1 of 40 resources did not tell; sip:u7@127.0.0.1");
    const again = await auditor.audit("full");
    const indexes = (one: typeof result) => Object.fromEntries(one.rows.map(({ callId, index }) => [callId, index]));
    expect(indexes(again)).toEqual(indexes(result));
  });

  test("a challenge is answered, later requests prove themselves at once, and no secret is shown", async () => {
    const digest = new DigestServer({ realm: "gw-1", credentials: [{ user: "cs", secret: "hidden secret" }], digest: sipDigest, newNonce });
    const script: GearScript = {
      answer: (subscribe) => {
        const verdict = digest.judge(0, subscribe);
        return verdict.kind === "known" ? { status: 200 } : { status: 401, headers: verdict.headers };
      },
      notify: () => ({ body: document(1, []) }),
    };
    const { auditor } = await scene(script, { credentials: { user: "cs", secret: "hidden secret" } });
    const seen: Exchanged[] = [];
    const onExchange = (one: Exchanged) => seen.push(one);
    expect(await auditor.audit("full", { onExchange })).toMatchObject({ complete: true, packets: 2 });
    expect(await auditor.audit("full", { onExchange })).toMatchObject({ complete: true, packets: 1 });
    const text = seen.map((one) => one.text).join("\n");
    expect(seen.map(({ sent }) => sent)).toEqual(expect.arrayContaining([true, false]));
    expect(text).toContain("Authorization: (left out)");
    expect(text).not.toMatch(/hidden|cnonce/);
    const wrong = await scene(script, { credentials: { user: "cs", secret: "other" } });
    expect(await wrong.auditor.audit("full")).toMatchObject({ failureKind: "unauthorized" });
  });
});

describe("a standing subscription", () => {
  const standing = { expiresSeconds: 60, keptMs: 60_000 };

  test("answers from what it keeps, follows partial documents, and asks for the full state after a gap", async () => {
    let version = 0;
    const script: GearScript = {
      notify: () => {
        version += 10;
        return { body: document(version, [dialogXml("1"), dialogXml("2")]) };
      },
    };
    const { gear, auditor, counters } = await scene(script, { standing });
    const ids = async () => (await auditor.audit("liveness")).rows.map(({ callId }) => callId);
    expect(await ids()).toEqual(["call-1", "call-2"]);
    expect(await auditor.audit("liveness")).toMatchObject({ complete: true, packets: 0 });
    const subscribe = gear.subscribes[0]!;
    const from = { host: "127.0.0.1", port: 0, transport: "udp", flow: null } as const;
    await gear.notify(subscribe, { body: document(11, [dialogXml("1", "terminated")], "partial") }, from);
    expect(await ids()).toEqual(["call-2"]);
    await gear.notify(subscribe, { body: document(13, [dialogXml("3")], "partial") }, from);
    await expect.poll(() => gear.subscribes.length).toBe(2);
    expect(await ids()).toEqual(["call-1", "call-2"]);
    expect(counters.get("sip.versionGaps")).toBe(1);
    expect(headerOf(gear.subscribes[1]!, "Call-ID")).toBe(headerOf(subscribe, "Call-ID"));
  });

  test("a state that is too old is asked for again within the subscription", async () => {
    let version = 0;
    const script: GearScript = { notify: () => ({ body: document(++version, []) }) };
    const { gear, auditor } = await scene(script, { standing: { expiresSeconds: 60, keptMs: 0 } });
    for (let i = 0; i < 3; i++) expect(await auditor.audit("full")).toMatchObject({ complete: true });
    expect(new Set(gear.subscribes.map((one) => headerOf(one, "Call-ID"))).size).toBe(1);
    expect(gear.subscribes.length).toBe(3);
  });

  test("ended by the notifier, it is asked for anew", async () => {
    let version = 0;
    const script: GearScript = { notify: () => ({ body: document(++version, []) }) };
    const { gear, auditor } = await scene(script, { standing });
    await auditor.audit("full");
    const from = { host: "127.0.0.1", port: 0, transport: "udp", flow: null } as const;
    await gear.notify(gear.subscribes[0]!, { body: null, state: "terminated;reason=deactivated" }, from);
    await expect.poll(() => gear.subscribes.length, { timeout: 3_000 }).toBe(2);
    expect(headerOf(gear.subscribes[1]!, "Call-ID")).not.toBe(headerOf(gear.subscribes[0]!, "Call-ID"));
  });

  test("gear that wants no subscriptions is polled", async () => {
    const script: GearScript = {
      answer: (subscribe) => ({ status: headerOf(subscribe, "Expires") === "0" ? 200 : 403 }),
      notify: () => ({ body: document(1, [dialogXml("1")]) }),
    };
    const { auditor } = await scene(script, { standing });
    expect(await auditor.audit("full")).toMatchObject({ complete: true, rowsRead: 1 });
  });
});
