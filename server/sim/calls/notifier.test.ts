/** When a gateway tells its events, and that none goes before the news of its restart (nodes/gateway/notifier does the same). */
import { expect, test } from "vitest";
import { endpointAt, newGateway } from "../../core/gateway/gateway.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import type { Answered, Asked, Mgcp } from "./mgcp-body.ts";
import { Notifier } from "./notifier.ts";
import type { PlanePorts } from "./plane-ports.ts";
import type { Outcome } from "./transactions.ts";

const spec = {
  name: "gw-1",
  kind: "interface",
  endpoints: { prefix: "aaln/", count: 2 },
  firstNumber: "50001",
  rtp: { host: "10.0.0.1", portFrom: 16_384, portTo: 16_399 },
} as unknown as GatewaySpec;

/** A gateway with one event that waits; what it asks of servers is kept, and not answered. */
function waitingEvent() {
  const asked: { what: Asked["kind"]; permit: () => boolean; done: (outcome: Outcome<Answered>) => void }[] = [];
  const mgcp = {
    ask: (_to: string, options: { body: () => Asked; permit: () => boolean }, done: (outcome: Outcome<Answered>) => void) =>
      asked.push({ what: options.body().kind, permit: options.permit, done }),
  } as unknown as Mgcp;
  const control = { condition: "orphaned" };
  const ports = {
    now: () => ({ mono: 2_000, wall: 2_000 }),
    trueNow: () => 2_000,
    after: () => {},
    condition: () => control.condition,
    ownerOf: () => "cs-a",
  } as unknown as PlanePorts;
  const gateway = newGateway(spec, 0, { historyRows: 10, realStreams: 0, firstConnection: 1 });
  const notifier = new Notifier(ports, gateway, mgcp);
  const line = endpointAt(gateway, 1)!;
  line.queue = { waiting: [{ event: { kind: "off-hook" }, requestId: "1", at: 1_000, wall: 1_000 }], underWay: false, dropped: 0 };
  return { asked, control, notifier, line };
}

test("a gateway that is pointed anew tells at once what its owner has not answered", () => {
  const { asked, control, notifier, line } = waitingEvent();
  control.condition = "owned";
  notifier.pump(line);
  // Asked to notify by another command: what is under way stays so.
  notifier.pump(line);
  expect(asked).toHaveLength(1);
  notifier.tellAnew();
  expect(asked.map(({ what, permit }) => [what, permit()])).toEqual([
    ["notify", false],
    ["notify", true],
  ]);
  asked[0]!.done({ kind: "timed-out" });
  asked[1]!.done({ kind: "answered", answer: { code: 200 } });
  expect(line.queue.waiting).toHaveLength(0);
});

test("an event waits until its owner has answered the restart", () => {
  const { asked, control, notifier } = waitingEvent();
  notifier.announceRestart(["cs-a", "cs-b"]);
  control.condition = "owned";
  notifier.announceRestart(["cs-a"]);
  notifier.tellAnew();
  expect(asked.map(({ what }) => what)).toEqual(["restarted", "restarted", "restarted"]);
  // The first announcement was replaced by a newer one, and is given up.
  asked[0]!.done({ kind: "timed-out" });
  expect(asked).toHaveLength(3);
  asked[2]!.done({ kind: "answered", answer: { code: 200 } });
  expect(asked.map(({ what }) => what)).toEqual(["restarted", "restarted", "restarted", "notify"]);
});
