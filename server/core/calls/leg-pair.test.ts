/** Two channels were tried for a call: the first came to be late and was answered in vain, the second rings as its server dies. */
import { expect, test } from "vitest";
import { CallControl } from "./call-control.ts";
import type { CallEvent } from "./call-event.ts";
import { defaultCallPolicy } from "./call-policy.ts";
import type { Connection } from "./connection.ts";
import { unsureEndpoints } from "./leg-pair.ts";
import { numberingOf } from "./numbering.ts";
import { auditedLeg } from "./testing/audited-leg.ts";
import { finishedPoll } from "./testing/finished-poll.ts";

const numbering = numberingOf({
  gateways: [
    { name: "if-1", kind: "interface", endpoints: { prefix: "aaln/", count: 1 }, firstNumber: "50101" },
    { name: "gw-1", kind: "trunk", endpoints: { prefix: "ds/", count: 1 }, firstNumber: null },
    { name: "gw-2", kind: "trunk", endpoints: { prefix: "ds/", count: 1 }, firstNumber: null },
  ],
  routes: [{ prefix: "0", gateways: ["gw-1", "gw-2"] }],
});
const gateways = ["if-1", "gw-1", "gw-2"];
const now = { mono: 2_000, wall: 2_000 };

const waiting = { state: "connecting", connectAt: null } as const;
const ofCall = { callId: "c", seenAt: 2_000 };
const caller: Connection = auditedLeg({
  ...ofCall,
  ...waiting,
  gateway: "if-1",
  endpoint: "aaln/1@if-1",
  connectionId: "1",
  remoteAddress: "gw-2:16384",
});
const late = auditedLeg({ ...ofCall, gateway: "gw-1", endpoint: "ds/1@gw-1", connectionId: "2", origin: "originate" });
const ringing = auditedLeg({ ...ofCall, ...waiting, gateway: "gw-2", endpoint: "ds/1@gw-2", connectionId: "3", origin: "originate" });

const seen = (row: Connection): CallEvent => finishedPoll(row.gateway, [row], 2_000);

const asked = (leg: Connection, localAddress: string): CallEvent => {
  const connection = { connectionId: leg.connectionId!, callId: "c", mode: "inactive", localAddress, remoteAddress: null } as const;
  const endpoints = [{ endpoint: leg.endpoint!, offHook: true, connections: [connection] }];
  return { kind: "endpoints-audited", gateway: leg.gateway, startedAt: 2_000, endpoints };
};

function takenOver(): CallControl {
  const control = new CallControl({ self: "cs-b", numbering, policy: defaultCallPolicy, newCallId: () => "new" });
  for (const gateway of gateways) control.step({ kind: "gateway-gained", gateway, adopt: true, silentSince: 500 }, now);
  return control;
}

/** What becomes of it when every gateway is read. */
function settled(control: CallControl, events: readonly CallEvent[]): { readonly seat: string | undefined; readonly deleted: string[] } {
  const audited: CallEvent[] = gateways.map((gateway) => ({ kind: "gateway-audited", gateway, complete: true }));
  const effects = [...events, ...audited].flatMap((event) => [...control.step(event, now)]);
  const commands = effects.flatMap((effect) => (effect.kind === "command" ? [effect.command] : []));
  const deleted = commands.flatMap((command) => (command.kind === "delete-connection" ? [command.endpoint] : []));
  return { seat: control.state.get("c")?.called?.row.endpoint, deleted };
}

test("the address of every called connection is asked for, until the caller is known to be through", () => {
  const control = takenOver();
  for (const row of [late, ringing]) control.step(seen(row), now);
  const unsure = () => gateways.map((gateway) => unsureEndpoints(control.state, gateway));
  expect(unsure()).toEqual([[], ["ds/1@gw-1"], ["ds/1@gw-2"]]);
  control.step(seen(caller), now);
  expect(unsure()).toEqual([[], ["ds/1@gw-1"], ["ds/1@gw-2"]]);
  control.step(seen({ ...caller, state: "active", connectAt: 1_000 }), now);
  expect(unsure()).toEqual([[], [], []]);
});

test.each([
  { told: "where the caller sends to", events: [asked(ringing, "gw-2:16384")] },
  { told: "that the caller does not send to the other one", events: [asked(late, "gw-1:16384")] },
  { told: "both", events: [asked(late, "gw-1:16384"), asked(ringing, "gw-2:16384")] },
])("the call is the ringing channel's, once an audit tells $told", ({ events }) => {
  const rows = [late, ringing, caller].map(seen);
  expect(settled(takenOver(), [...rows, ...events])).toEqual({ seat: "ds/1@gw-2", deleted: ["ds/1@gw-1"] });
});

test("without an address, it is that of the channel that somebody answered", () => {
  expect(settled(takenOver(), [late, ringing, caller].map(seen)).seat).toBe("ds/1@gw-1");
});

test("of two that ringed when they were last seen, the one that the caller is through to is known when their gateways are read", () => {
  const control = new CallControl({ self: "cs-b", numbering, policy: defaultCallPolicy, newCallId: () => "new" });
  for (const row of [{ ...late, ...waiting }, ringing])
    control.step(finishedPoll(row.gateway, [{ ...row, seenAt: 1_000 }], 1_000), { mono: 1_000, wall: 1_000 });
  for (const gateway of gateways) control.step({ kind: "gateway-gained", gateway, adopt: true, silentSince: 500 }, now);
  control.step(seen({ ...caller, state: "active", connectAt: 1_500 }), now);
  expect(control.state.get("c")).toBeNull();
  control.step(seen({ ...ringing, state: "active", connectAt: 1_490 }), now);
  expect(control.state.get("c")?.called?.row.endpoint).toBe("ds/1@gw-2");
});
