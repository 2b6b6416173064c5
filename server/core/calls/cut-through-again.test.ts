/** An answered call that its server before had not cut through: its gateways' tables say so before audits tell where the media goes. */
import { expect, test } from "vitest";
import { CallControl } from "./call-control.ts";
import type { CallEvent } from "./call-event.ts";
import { defaultCallPolicy } from "./call-policy.ts";
import type { Connection } from "./connection.ts";
import type { GatewayCommand } from "./gateway-command.ts";
import { numberingOf } from "./numbering.ts";
import { auditedLeg } from "./testing/audited-leg.ts";
import { finishedPoll } from "./testing/finished-poll.ts";

const numbering = numberingOf({
  gateways: [
    { name: "if-1", kind: "interface", endpoints: { prefix: "aaln/", count: 1 }, firstNumber: "50101" },
    { name: "gw-1", kind: "trunk", endpoints: { prefix: "ds/", count: 1 }, firstNumber: null },
  ],
  routes: [{ prefix: "0", gateways: ["gw-1"] }],
});

const calling = (remoteAddress: string | null): Connection =>
  auditedLeg({
    gateway: "if-1",
    endpoint: "aaln/1@if-1",
    callId: "c",
    connectionId: "1",
    state: "connecting",
    connectAt: null,
    remoteAddress,
    seenAt: 2_000,
  });

const called = auditedLeg({ gateway: "gw-1", endpoint: "ds/1@gw-1", callId: "c", connectionId: "2", origin: "originate", seenAt: 2_000 });

/** What a server that has just taken both gateways over commands as it learns these things. */
function commandsOf(events: readonly CallEvent[]): GatewayCommand[] {
  const control = new CallControl({ self: "cs-b", numbering, policy: defaultCallPolicy, newCallId: () => "new" });
  const taken: CallEvent[] = ["if-1", "gw-1"].map((gateway) => ({ kind: "gateway-gained", gateway, adopt: true, silentSince: 500 }));
  const effects = [...taken, ...events].flatMap((event) => [...control.step(event, { mono: 2_000, wall: 2_000 })]);
  return effects.flatMap((effect) => (effect.kind === "command" ? [effect.command] : []));
}

const seen = (row: Connection): CallEvent => finishedPoll(row.gateway, [row], 2_000);

const audited: CallEvent = {
  kind: "endpoints-audited",
  gateway: "gw-1",
  startedAt: 2_000,
  endpoints: [
    {
      endpoint: "ds/1@gw-1",
      offHook: true,
      connections: [{ connectionId: "2", callId: "c", mode: "inactive", localAddress: "gw-1:16384", remoteAddress: "if-1:16384" }],
    },
  ],
};

test("a caller whose gateway was not told where to send is cut through when the audit of the called endpoint tells", () => {
  expect(commandsOf([seen(calling(null)), seen(called)])).toEqual([]);
  expect(commandsOf([seen(calling(null)), seen(called), audited])).toMatchObject([
    { kind: "modify-connection", endpoint: "ds/1@gw-1", mode: "sendrecv", remoteAddress: null },
    { kind: "modify-connection", endpoint: "aaln/1@if-1", mode: "sendrecv", remoteAddress: "gw-1:16384" },
  ]);
});

test("a caller whose gateway knows is cut through at once", () => {
  expect(commandsOf([seen(calling("gw-1:16384")), seen(called)])).toMatchObject([
    { kind: "modify-connection", endpoint: "ds/1@gw-1", mode: "sendrecv" },
    { kind: "modify-connection", endpoint: "aaln/1@if-1", mode: "sendrecv", remoteAddress: null },
  ]);
});
