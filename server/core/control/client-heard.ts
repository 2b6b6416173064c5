/** Takes down what a client answered. */
import type { NodeName } from "../identity.ts";
import type { Instant } from "../time.ts";
import { beat, startJudge } from "./keepalive-judge.ts";
import type { Answer } from "./link-message.ts";
import type { Member } from "./member-state.ts";
import { sentAs } from "./sent-datagrams.ts";

/** What is left of a slow round trip with each answer after it. */
const forgotten = 0.9;

/** How long a datagram of this client may have been on its way to here, ms; 0 where it never answered. */
export function pathMs(member: Member, client: NodeName): number {
  return member.clients.get(client)?.slowestMs ?? 0;
}

export function noteClient(member: Member, from: NodeName, message: Answer, now: Instant): void {
  const { boot, timers } = member.config;
  const sent = message.toBoot === boot ? sentAs(member.leases.sent, message.toSequence) : null;
  const heard = member.clients.get(from);
  const { epoch: asked, granted, refusal, remainingMs, votersVersion, pauseSetAt, acknowledgedEpoch } = message;
  if (heard === undefined) {
    const judge = startJudge(timers.keepaliveMs, now);
    const rttMs = sent ? now - sent.sentAt : null;
    const aliveAt = sent?.sentAt ?? null;
    const said = { asked, granted, refusal, remainingMs, votersVersion, pauseSetAt, acknowledgedEpoch };
    member.clients.set(from, { at: now, aliveAt, judge, rttMs, slowestMs: rttMs ?? 0, ...said });
    return;
  }
  if (sent) {
    heard.rttMs = now - sent.sentAt;
    heard.slowestMs = Math.max(heard.rttMs, heard.slowestMs * forgotten);
    heard.aliveAt = Math.max(heard.aliveAt ?? sent.sentAt, sent.sentAt);
  }
  beat(heard.judge, now);
  heard.at = now;
  heard.asked = asked;
  heard.granted = granted;
  heard.refusal = refusal;
  heard.remainingMs = remainingMs;
  heard.votersVersion = votersVersion;
  heard.pauseSetAt = pauseSetAt;
  heard.acknowledgedEpoch = acknowledgedEpoch;
}
