/**
 * Which of a call's parties could speak to each other. A channel that was tried in vain may come to be late, and somebody answer there:
 * that is neither the call's answer nor, when it goes, its end. The simulator's truth has the same rule (`server/sim/calls/truth.ts`).
 */
import type { WallTime } from "../../core/time.ts";
import type { SeenCall } from "../call-books.ts";

/** The calling party, and the called one to which its media went; null where the calling party never was connected. */
export function pairOf(sides: readonly SeenCall[]): readonly SeenCall[] | null {
  const calling = sides.find(({ side }) => side === "calling");
  if (calling === undefined) return null;
  if (calling.remote === null) return sides;
  const called = sides.find(({ side, address }) => side === "called" && address === calling.remote);
  return called === undefined ? [calling] : [calling, called];
}

/** From the first answer to the first end. */
export function spanOf(sides: readonly SeenCall[]): { readonly answeredAt: WallTime; readonly endedAt: WallTime } {
  return {
    answeredAt: Math.min(...sides.map((side) => side.answeredAt)),
    endedAt: Math.min(...sides.map((side) => side.endedAt)),
  };
}

/** Each party says that the other one hung up: so it was control that took the connection away. */
export function endedByNobody(pair: readonly SeenCall[]): boolean {
  const calling = pair.find(({ side }) => side === "calling");
  const called = pair.find(({ side }) => side === "called");
  return calling?.releasedBy === "called" && called?.releasedBy === "calling";
}

/** How long the longest of them waited for a caller who never came, ms. */
export function longestMs(sides: readonly SeenCall[]): number {
  return Math.max(...sides.map(({ answeredAt, endedAt }) => endedAt - answeredAt));
}
