/**
 * Who is who: node names, boots and epochs.
 * Invariant: an epoch is a pair (number, server), so no two servers ever hold the same one.
 */

/** The name of a node as configured, for example `cs-a`, `gw-1`, `wit-1`. */
export type NodeName = string;

/**
 * One run of a node's process. Rises with every start of the same node
 * (wall milliseconds at the start, but always above the last one stored), so that a replay of an older boot is recognised.
 */
export type BootId = number;

/** A period of control, named by the server that claimed it. `number` 0 with an empty server means "none yet". */
export interface Epoch {
  readonly number: number;
  readonly server: NodeName;
}

export const noEpoch: Epoch = { number: 0, server: "" };

/** Orders by number, then by server name. Negative: `a` is lower. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  if (a.number !== b.number) return a.number - b.number;
  return a.server < b.server ? -1 : a.server > b.server ? 1 : 0;
}

export function sameEpoch(a: Epoch, b: Epoch): boolean {
  return a.number === b.number && a.server === b.server;
}

/** `41@cs-a`: how an epoch is written in logs, journals and transcripts. */
export function epochText(epoch: Epoch): string {
  return epoch.number === 0 ? "none" : `${epoch.number}@${epoch.server}`;
}
