/**
 * What a voter promised, to whom and until when, read from its own journal. A promise is open until the journal says that it ran out,
 * was released, or passed to somebody else; one that was open when the process died may run for as long as promises do.
 */
import { type BootId, type Epoch, type NodeName, sameEpoch } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import { type NodeJournal, wallOf } from "../journals.ts";

export interface PromiseSpan {
  readonly voter: NodeName;
  readonly epoch: Epoch;
  /** The boot of the server that it was given to; null where the journal does not tell. */
  readonly boot: BootId | null;
  readonly from: WallTime;
  /** Infinity while it is open. */
  readonly until: WallTime;
  /** True where `until` is a bound and not in the journal. */
  readonly bounded: boolean;
  readonly began: JournalEvent;
}

export function epochOf(event: JournalEvent): Epoch | null {
  const epoch = event.data.epoch as Partial<Epoch> | undefined;
  return typeof epoch?.number === "number" && typeof epoch.server === "string" ? { number: epoch.number, server: epoch.server } : null;
}

export function numberOf(event: JournalEvent, name: string): number | null {
  const value = event.data[name];
  return typeof value === "number" ? value : null;
}

/** @param endOf when the process of this boot was gone, as the fault log tells; null = it still runs */
export function promisesIn(journal: NodeJournal, promiseMs: number, endOf: (boot: BootId) => WallTime | null): PromiseSpan[] {
  const spans: PromiseSpan[] = [];
  let open: PromiseSpan | null = null;
  let boot: BootId | null = null;
  const close = (until: WallTime, bounded = false): void => {
    if (open !== null) spans.push({ ...open, until, bounded });
    open = null;
  };
  for (const event of journal.events) {
    if (boot !== null && event.boot !== boot) close((endOf(boot) ?? event.wall) + promiseMs, true);
    boot = event.boot;
    const epoch = epochOf(event);
    if (epoch === null) continue;
    switch (event.what) {
      case "epoch-granted": {
        const from = wallOf(event, numberOf(event, "grantedAtMono") ?? event.mono);
        // The same server and boot may raise its own epoch; anybody else's promise must be over. `owners.ts` looks at that.
        close(from);
        open = {
          voter: journal.node,
          epoch,
          boot: numberOf(event, "boot"),
          from,
          until: Number.POSITIVE_INFINITY,
          bounded: false,
          began: event,
        };
        break;
      }
      case "promise-renewed": {
        const last: PromiseSpan | undefined = spans.at(-1);
        const sameBoot = last !== undefined && sameEpoch(last.epoch, epoch) ? last.boot : null;
        close(event.wall);
        open = {
          voter: journal.node,
          epoch,
          boot: sameBoot,
          from: event.wall,
          until: Number.POSITIVE_INFINITY,
          bounded: false,
          began: event,
        };
        break;
      }
      case "promise-ran-out":
        close(wallOf(event, numberOf(event, "ranOutAtMono") ?? event.mono));
        break;
      case "epoch-released":
        close(event.wall);
        break;
    }
  }
  const end = boot === null ? null : endOf(boot);
  if (end !== null) close(end + promiseMs, true);
  else if (open !== null) spans.push(open);
  return spans;
}
