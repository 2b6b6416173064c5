/** Calls that a change of control cost: answered ones by what the parties saw, half-set-up ones by the new primary's own journal. */
import type { NodeName } from "../server/core/identity.ts";
import { truthOf } from "./acceptance/truth.ts";
import type { RealLab } from "./real-lab.ts";

export async function talkingCalls(lab: RealLab, server: NodeName): Promise<Set<string>> {
  const { callId, phase } = await lab.fleet.connections(server);
  return new Set(callId.filter((_, index) => phase[index] === "talking"));
}

/** Answered calls that the new primary does not have and that no party ended. */
export async function droppedCalls(lab: RealLab, server: NodeName, before: ReadonlySet<string>): Promise<number> {
  const now = await talkingCalls(lab, server);
  const missing = [...before].filter((callId) => !now.has(callId));
  if (missing.length === 0) return 0;
  const ended = new Set((await truthOf(lab)).map((call) => call.callId));
  return missing.filter((callId) => !ended.has(callId)).length;
}

/** What the server says of each call that it could not keep, since `after` in its journal. */
export async function givenUp(lab: RealLab, server: NodeName, after: number): Promise<string[]> {
  const { events } = await lab.fleet.events(server, after, 5000);
  return events.filter((event) => event.what === "call-given-up").map((event) => event.text);
}
