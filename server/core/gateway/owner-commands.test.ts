import { expect, test } from "vitest";
import type { NotificationRequest } from "../calls/endpoint-event.ts";
import { partyActs } from "./connection-commands.ts";
import { applyRequest, type Endpoint } from "./endpoint.ts";
import { endpointAt, newGateway } from "./gateway.ts";
import { obeyCreate } from "./owner-commands.ts";

const now = { mono: 1_000, wall: 1_001_000 };

function trunk() {
  const at = { host: "127.0.0.1", port: 1 };
  const rtp = { host: "127.0.0.1", portFrom: 20_000, portTo: 20_099 };
  const ports = { link: at, mgcp: at, snmp: { ...at, community: "public", user: null }, operator: at, rtp };
  const place = { name: "gw-1", kind: "trunk", voter: true, priority: 1, sip: null, audit: "snmp", localTo: null } as const;
  const spec = { ...place, ...ports, endpoints: { prefix: "ds/e1-1/", count: 4 }, firstNumber: null, pollSeconds: 5 };
  const gateway = newGateway(spec, 0, { historyRows: 3, realStreams: 0, firstConnection: 1 });
  const channel = endpointAt(gateway, 1)!;
  const request = (signals: NotificationRequest["signals"]) => () => {
    const problem = applyRequest(channel, "1", { signals, events: [], digitMap: null });
    return problem === null ? null : { ok: false as const, ...problem };
  };
  const create = (signals: NotificationRequest["signals"] = []) => {
    const connection = { codecs: [], ptimeMs: 20, qos: "bestEffort", tos: null, remote: null, peerNumber: null } as const;
    const carried = { apply: request(signals), signals: signals.length > 0 };
    return obeyCreate(gateway, channel, { callId: "A1", mode: "recvonly", ...connection }, carried, now);
  };
  return { gateway, channel, request, create, seize: () => seized(gateway, channel) };
}

function seized(gateway: ReturnType<typeof newGateway>, channel: Endpoint) {
  partyActs(gateway, channel, { kind: "seizure", called: "2001", calling: null }, true, now);
}

test("a channel that the network seized, or that the command seizes, gets its connection", () => {
  const first = trunk();
  first.seize();
  expect(first.create()).toMatchObject({ ok: true });
  expect(trunk().create([{ kind: "seizure", called: "2001", calling: null }])).toMatchObject({ ok: true });
});

test("a channel that nobody holds any more gets none", () => {
  const { gateway, channel, request, create, seize } = trunk();
  seize();
  // Meant for the call before, and too late for it.
  expect(request([{ kind: "release", cause: 16 }])()).toBeNull();
  expect(create()).toMatchObject({ ok: false, code: 402 });
  seize();
  partyActs(gateway, channel, { kind: "release", cause: 16 }, true, now);
  expect(create()).toMatchObject({ ok: false, code: 402 });
  expect(gateway.table.rows).toHaveLength(0);
});
