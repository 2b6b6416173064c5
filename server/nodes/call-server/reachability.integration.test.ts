/** A SIP element that is pinged with OPTIONS between its audits, which are an hour apart here: what changes is seen at once, and said. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { loopbackSocket } from "../../drivers/testing/sip-gear.ts";
import type { SipSocket } from "../../runtime/sip-exchange.ts";
import { makeSite, type TestSite } from "../gateway/testing/scripted-server.ts";
import { changeSite, type RunningSite, runSite } from "./testing/running-site.ts";

const patient = { timeout: 30_000, interval: 50 };

let files: TestSite;
let site: RunningSite;
let element: SipSocket;
let server = "";
let answers = true;
let subscribed = 0;

beforeAll(async () => {
  element = await loopbackSocket("sbc-1", ({ method }) => {
    if (method === "SUBSCRIBE") subscribed += 1;
    // 404 to an OPTIONS is an answer like any other.
    return answers ? { status: method === "OPTIONS" ? 404 : 489 } : null;
  });
  files = await makeSite([
    { name: "gw-1", kind: "trunk", endpoints: 8, portFrom: 34_800 },
    { name: "if-1", kind: "interface", endpoints: 8, portFrom: 35_000 },
  ]);
  const { host, port } = element.address;
  const audit = { protocol: "sip", address: `${host}:${port}`, resources: [`sip:sbc-1@${host}`], optionsSeconds: 0.2 };
  changeSite(files, { gear: [{ name: "sbc-1", pollSeconds: 3_600, audit }] });
  site = runSite(files);
  await vi.waitFor(async () => expect(await site.holder()).not.toBeNull(), patient);
  server = (await site.holder())!;
}, 60_000);

afterAll(async () => {
  await site.stop();
  await element.close();
  files.remove();
});

const state = async () => (await site.status(server))?.gear[0]?.reachability?.state;
const texts = async (what: string) => (await site.events(server, what)).map(({ text }) => text);

test("ceases to answer, and answers again: each time it is audited at once", async () => {
  await expect.poll(state, patient).toBe("up");
  // Both servers ask; the first audit is asked for by the first answer.
  await expect.poll(() => subscribed, patient).toBeGreaterThanOrEqual(2);
  answers = false;
  const before = subscribed;
  await expect.poll(state, patient).toBe("down");
  await expect.poll(() => subscribed, patient).toBeGreaterThan(before);
  expect(await texts("gear-silent")).toEqual(["sbc-1 left 3 OPTIONS in a row unanswered."]);
  answers = true;
  await expect.poll(state, patient).toBe("up");
  expect(await texts("gear-answers")).toEqual(["sbc-1 answers OPTIONS.", "sbc-1 answers OPTIONS."]);
});
