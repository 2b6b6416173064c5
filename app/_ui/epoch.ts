/** Epochs as people read them, and their order. The server's own functions are not for the browser: the app takes only its types. */
import type { Epoch } from "../../server/core/identity.ts";

/** `41@cs-a` */
export function epochText(epoch: Epoch): string {
  return epoch.number === 0 ? "none" : `${epoch.number}@${epoch.server}`;
}

/** By number, then by server name; negative: `a` is lower. */
export function compareEpochs(a: Epoch, b: Epoch): number {
  if (a.number !== b.number) return a.number - b.number;
  return a.server < b.server ? -1 : a.server > b.server ? 1 : 0;
}
