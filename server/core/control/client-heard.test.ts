/** How long a client's datagrams are on their way, by its answers. */
import { expect, test } from "vitest";
import { noteClient, pathMs } from "./client-heard.ts";
import type { Answer } from "./link-message.ts";
import { startMember } from "./member.ts";
import { emptyStore, type Member } from "./member-state.ts";
import { noteDatagramSent } from "./sent-datagrams.ts";
import { memberConfig } from "./testing/member-config.ts";

const epoch = { number: 1, server: "cs-a" };

function server(): Member {
  const config = memberConfig({ voters: ["gw-1"] });
  return startMember(config, emptyStore, { mono: 0, wall: 0 });
}

/** The keepalive that was sent `tookMs` before is answered now. */
function answered(member: Member, sequence: number, now: number, tookMs: number): void {
  noteDatagramSent(member.leases.sent, sequence, { to: "gw-1", sentAt: now - tookMs, epoch }, 0);
  const stamps = { votersVersion: 1, pauseSetAt: 0, acknowledgedEpoch: 0 };
  const answer: Answer = {
    kind: "answer",
    toBoot: 7,
    toSequence: sequence,
    epoch,
    promiseMs: 500,
    refusal: null,
    remainingMs: null,
    granted: epoch,
    ...stamps,
  };
  noteClient(member, "gw-1", answer, now);
}

test("the path takes as long as the slowest answer of late, and is forgotten by and by", () => {
  const member = server();
  expect(pathMs(member, "gw-1")).toBe(0);
  answered(member, 1, 1_000, 2);
  expect(pathMs(member, "gw-1")).toBe(2);
  answered(member, 2, 1_500, 400);
  answered(member, 3, 1_600, 2);
  expect(pathMs(member, "gw-1")).toBeCloseTo(360);
  for (let sequence = 4; sequence < 24; sequence += 1) answered(member, sequence, 1_600 + 100 * sequence, 2);
  expect(pathMs(member, "gw-1")).toBeLessThan(50);
  expect(pathMs(member, "gw-1")).toBeGreaterThan(2);
});
