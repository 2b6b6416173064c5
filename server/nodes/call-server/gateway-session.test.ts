/** What a session makes of an audit that was under way when its gateway changed hands. */
import { expect, test } from "vitest";
import type { CallEvent } from "../../core/calls/call-event.ts";
import type { Auditor, AuditResult } from "../../drivers/auditor.ts";
import type { ConnectResult, GatewayDriver } from "../../drivers/gateway-driver.ts";
import type { TandemNode } from "../node.ts";
import type { CallHost } from "./call-host.ts";
import { GatewaySession, type SessionHooks } from "./gateway-session.ts";

const instant = { mono: 1_000, wall: 1_000_000 };
const connected = { kind: "connected", rttMs: 1, attempts: 1, at: instant } as const;
const empty = {
  complete: true,
  incompleteBecause: null,
  bootEpoch: 1,
  uptimeBefore: 1,
  uptimeTicks: 1,
  engineBoots: 1,
  columns: [],
  rowsRead: 0,
  partialRows: 0,
  ended: [],
  scalarCount: 0,
  rttMs: 1,
  packets: 1,
  failureKind: null,
  tellsBoot: true,
  durationMs: 1,
  clockErrorMs: 1,
  startedAt: instant,
  endedAt: instant,
} satisfies Omit<AuditResult, "rows" | "mode">;

/** A session whose audits and reset end when the test says so. */
function opened() {
  const delivered: string[] = [];
  const audits: (() => void)[] = [];
  let settled = (): void => {};
  const isSettled = new Promise<void>((resolve) => (settled = resolve));
  let endReset = (_: ConnectResult): void => {};
  const audit: Auditor["audit"] = (mode) =>
    new Promise((resolve) => {
      if (mode === "history") resolve({ ...empty, mode, rows: [] });
      else audits.push(() => resolve({ ...empty, mode, rows: [] }));
    });
  const driver = {
    auditor: { audit, profile: () => null, close: () => undefined },
    reset: () => new Promise<ConnectResult>((resolve) => (endReset = resolve)),
    connect: () => Promise.resolve(connected),
  };
  const none = { ofGateway: () => [], countOf: () => 0 };
  const calls = {
    deliver: (event: CallEvent) => delivered.push(event.kind),
    control: { state: { connections: { ...none, ofGateway: () => new Map() }, endpoints: none } },
  };
  const node = {
    clock: { now: () => instant },
    startedAt: 0,
    log: { error: (what: string, error: unknown) => expect.fail(`${what}: ${error}`) },
  };
  const hooks: SessionHooks = { permit: () => true, onStage: () => {}, onReset: () => delivered.push("reset"), onSettled: () => settled() };
  const spec = { name: "gw-1" } as ConstructorParameters<typeof GatewaySession>[0];
  const session = new GatewaySession(
    spec,
    node as unknown as TandemNode,
    driver as unknown as GatewayDriver,
    calls as unknown as CallHost,
    hooks,
  );
  return { session, delivered, audits, isSettled, endReset: () => endReset(connected) };
}

test("an audit that began before a hot takeover tells what the gateway has", async () => {
  const { session, delivered, audits, isSettled } = opened();
  const background = session.audit("liveness");
  session.gained({ number: 2, server: "cs-b" }, null, null, false);
  for (const end of audits) end();
  await Promise.all([background, isSettled]);
  expect(delivered.filter((kind) => kind === "poll-finished")).toHaveLength(2);
});

test.each(["during", "after"])("an audit that began before a cold takeover and ends %s its reset is not believed", async (when) => {
  const { session, delivered, audits, isSettled, endReset } = opened();
  const background = session.audit("liveness");
  session.gained({ number: 2, server: "cs-b" }, null, null, true);
  const before = audits.splice(0);
  if (when === "after") endReset();
  else for (const end of before) end();
  if (when === "during") await background.then(endReset);
  await expect.poll(() => audits.length).toBe(1);
  for (const end of [...before, ...audits]) end();
  await Promise.all([background, isSettled]);
  expect(delivered).toEqual(["gateway-gained", "reset", "history-read", "poll-finished", "gateway-audited"]);
});
