/** When the report of a takeover is finished: not before a gateway that answers or is free a moment later, and not long after. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Epoch } from "../../core/identity.ts";
import { defaultTimers } from "../../core/site/timers.ts";
import type { TandemNode } from "../node.ts";
import type { ControlHost } from "./control-host.ts";
import { TakeoverReports } from "./takeover-reports.ts";

const epoch = { number: 7, server: "cs-b" };
const before = { primary: "cs-a", lastTitle: { mono: 0, wall: 50_000 }, callsAtStake: 2 };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-reports-"));
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function takeover() {
  const start = Date.now();
  const now = () => ({ mono: Date.now() - start, wall: 50_000 + Date.now() - start });
  const gateways = ["gw-1", "if-2"].map((name, index) => ({ name, voter: index === 0, priority: index }));
  const node = {
    name: "cs-b",
    site: { timers: defaultTimers, gateways, gear: [] },
    options: { data: folder },
    clock: { now },
  } as unknown as TandemNode;
  const clients = new Map<string, { at: number; asked: Epoch; refusal: string | null }>();
  const state = { kind: "holding", epoch, basis: "title" };
  const control = { titled: () => true, member: { config: { timers: defaultTimers }, clients, state } } as unknown as ControlHost;
  const sessions = new Map([
    ["gw-1", { owned: true, takingOver: false }],
    ["if-2", { owned: false, takingOver: false }],
  ]);
  const finished: string[] = [];
  const reports = new TakeoverReports({ node, control, sessions, onFinished: (report) => finished.push(report.state) });
  reports.log.note({ what: "claim-sent", epoch, cause: "operator-forced", order: null, to: 1 }, before, now());
  reports.log.note({ what: "title-gained", epoch, grants: 1, voters: 1 }, before, now());
  reports.log.owned("gw-1", now());
  reports.log.gatewayReached("gw-1", "adopted", now());
  const refuse = () => clients.set("if-2", { at: now().mono, asked: epoch, refusal: "promised" });
  const answerEarlier = () => clients.set("if-2", { at: now().mono, asked: { number: 6, server: "cs-a" }, refusal: null });
  return { reports, sessions, finished, refuse, answerEarlier, now };
}

test("a gateway that is bound to its last owner for a moment is waited for", () => {
  const { reports, sessions, finished, refuse, now } = takeover();
  refuse();
  reports.settle();
  expect(finished).toEqual([]);
  sessions.set("if-2", { owned: true, takingOver: true });
  reports.log.owned("if-2", now());
  vi.advanceTimersByTime(300);
  expect(finished).toEqual([]);
  reports.log.gatewayReached("if-2", "adopted", now());
  sessions.set("if-2", { owned: true, takingOver: false });
  reports.settle();
  expect(finished).toEqual(["done"]);
  expect(reports.store.lastDone?.gateways.map(({ state }) => state)).toEqual(["done", "done"]);
});

test("one that has not answered the claim yet is waited for", () => {
  const { reports, sessions, finished, answerEarlier, now } = takeover();
  answerEarlier();
  reports.settle();
  expect(finished).toEqual([]);
  sessions.set("if-2", { owned: true, takingOver: true });
  reports.log.owned("if-2", now());
  reports.log.gatewayReached("if-2", "adopted", now());
  sessions.set("if-2", { owned: true, takingOver: false });
  vi.advanceTimersByTime(60);
  expect(finished).toEqual(["done"]);
  expect(reports.store.lastDone?.gateways.map(({ state }) => state)).toEqual(["done", "done"]);
});

test("one that stays bound is waited for no longer than any promise lasts", () => {
  const { reports, finished, refuse } = takeover();
  refuse();
  reports.settle();
  const again = setInterval(refuse, 100);
  vi.advanceTimersByTime(600);
  expect(finished).toEqual([]);
  vi.advanceTimersByTime(400);
  clearInterval(again);
  expect(finished).toEqual(["done"]);
  expect(reports.store.lastDone?.gateways[1]?.state).toBe("waiting");
});

test("one out of reach is not waited for", () => {
  const { reports, finished } = takeover();
  reports.settle();
  expect(finished).toEqual(["done"]);
});
