/** OPTIONS pings over loopback: which answers show life, and that the verdict is slow to change. */
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../runtime/clock.ts";
import { startOptionsPing } from "./options-ping.ts";
import { loopbackSocket } from "./testing/sip-gear.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

test("refusals are life, 503 and silence are not", async () => {
  let status: number | null = 405;
  const gear = await loopbackSocket("gear", () => (status === null ? null : { status }));
  const socket = await loopbackSocket("cs-a", () => ({ status: 481 }));
  const changes: string[] = [];
  const ping = startOptionsPing({
    socket,
    clock: systemClock(),
    to: { ...gear.address, transport: "udp" },
    uri: "sip:gear@127.0.0.1",
    sourceName: "cs-a",
    intervalMs: 30,
    policy: { downAfterMisses: 2, upAfterAnswers: 2 },
    onPing: ({ state }, changed) => {
      if (changed) changes.push(state);
    },
  });
  open.push(ping, socket, gear);
  await expect.poll(() => ping.reachability.answers).toBeGreaterThan(2);
  status = 503;
  await expect.poll(() => ping.reachability.state).toBe("down");
  status = 200;
  await expect.poll(() => ping.reachability.state).toBe("up");
  status = null;
  await expect.poll(() => ping.reachability.state).toBe("down");
  expect(changes).toEqual(["up", "down", "up", "down"]);
});
