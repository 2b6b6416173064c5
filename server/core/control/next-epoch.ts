/** Where epochs come from: each number is used once by one server, and is on its disk before it is used. */
import type { Epoch } from "../identity.ts";
import type { Member } from "./member-state.ts";

/** The next epoch of this server, above every one heard of; to be persisted before it is used. */
export function nextEpoch(member: Member): Epoch {
  const number = Math.max(member.highestEpoch, member.store.epochNumber) + 1;
  member.highestEpoch = number;
  member.store = { ...member.store, epochNumber: number };
  return { number, server: member.config.name };
}
