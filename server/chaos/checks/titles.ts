/**
 * Invariant 2: never two titles. From the servers' journals the intervals in which each held the title; from the fault log the instant
 * at which a dead one stopped. A server that was frozen and never thawed cannot say when its lease ran out: that is bounded by the
 * voters' promises to it, since no lease outlives them. What servers said on their operator interface is compared as well.
 */
import { type BootId, compareEpochs, type Epoch, epochText, type NodeName, sameEpoch } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import type { Absence } from "../fault-log.ts";
import { clockErrorMs, type NodeJournal, wallOf } from "../journals.ts";
import type { TitleSeen } from "../observer.ts";
import { epochOf, numberOf, type PromiseSpan } from "./promises.ts";
import { timeOf, told, type Violation } from "./violation.ts";

export interface TitleSpan {
  readonly server: NodeName;
  readonly boot: BootId;
  readonly epoch: Epoch;
  readonly from: WallTime;
  /** Infinity while it is held. */
  readonly until: WallTime;
  readonly gained: JournalEvent;
  readonly endedBy: string;
}

/** Within this after a thaw a server has looked at its lease. */
const thawedLatelyMs = 500;

const ends = ["title-lost", "resigned", "stepped-down", "node-stopped"];

export function titlesIn(
  journal: NodeJournal,
  absences: readonly Absence[],
  promises: readonly PromiseSpan[],
  majority: number,
): TitleSpan[] {
  const spans: TitleSpan[] = [];
  let open: TitleSpan | null = null;
  const own = absences.filter((absence) => absence.node === journal.node);
  const close = (until: WallTime, endedBy: string): void => {
    if (open !== null) spans.push({ ...open, until, endedBy });
    open = null;
  };
  const closeDead = (): void => {
    if (open === null) return;
    const { from, epoch } = open;
    const down = own.find((absence) => absence.kind === "down" && absence.from >= from);
    const frozen = own.find(
      (absence) => absence.kind === "frozen" && absence.from >= from && (down === undefined || absence.from <= down.from),
    );
    const promised = frozen === undefined ? Number.POSITIVE_INFINITY : promisedUntil(promises, epoch, frozen.from, majority);
    close(Math.min(down?.from ?? Number.POSITIVE_INFINITY, promised), frozen === undefined ? "its end" : "the end of the voters' promises");
  };
  /** A server that was frozen until just now notices late that its lease ran out, and may say only when it noticed. */
  const lateBound = ({ epoch, from }: TitleSpan, at: WallTime): WallTime => {
    const frozen = own.find((one) => one.kind === "frozen" && one.from >= from && one.from < at && (one.until ?? at) > at - thawedLatelyMs);
    return frozen === undefined ? at : promisedUntil(promises, epoch, frozen.from, majority);
  };
  for (const event of journal.events) {
    if (open !== null && event.boot !== (open as TitleSpan).boot) closeDead();
    const epoch = epochOf(event);
    if (event.what === "title-gained" && epoch !== null) {
      close(event.wall, "another epoch");
      open = {
        server: journal.node,
        boot: event.boot,
        epoch,
        from: event.wall,
        until: Number.POSITIVE_INFINITY,
        gained: event,
        endedBy: "",
      };
    } else if (ends.includes(event.what) && open !== null) {
      const heldUntil = numberOf(event, "heldUntilMono");
      close(Math.min(event.wall, heldUntil === null ? lateBound(open, event.wall) : wallOf(event, heldUntil)), told(event));
    }
  }
  if (open !== null && own.some((absence) => absence.until === null)) closeDead();
  if (open !== null) spans.push(open);
  return spans;
}

/** The latest instant at which a majority may still have promised to this epoch, counted from a freeze on. */
function promisedUntil(promises: readonly PromiseSpan[], epoch: Epoch, from: WallTime, majority: number): WallTime {
  const byVoter = new Map<NodeName, WallTime>();
  for (const span of promises) {
    if (!sameEpoch(span.epoch, epoch) || span.until < from || span.from > from) continue;
    byVoter.set(span.voter, Math.max(byVoter.get(span.voter) ?? 0, span.until));
  }
  return [...byVoter.values()].sort((a, b) => b - a)[majority - 1] ?? from;
}

export function titleViolations(spans: readonly TitleSpan[], seen: readonly TitleSeen[]): Violation[] {
  const found: Violation[] = [];
  const byStart = [...spans].sort((a, b) => a.from - b.from);
  for (const [at, one] of byStart.entries()) {
    for (const other of byStart.slice(at + 1)) {
      if (other.from >= one.until - clockErrorMs) continue;
      if (one.server === other.server && one.boot === other.boot) continue;
      found.push({
        invariant: 2,
        text: `Two titles: ${span(one)} and ${span(other)}.`,
        evidence: [told(one.gained), `ended by ${one.endedBy || "nothing yet"}`, told(other.gained)],
      });
    }
    const twin = byStart
      .slice(at + 1)
      .find((other) => sameEpoch(other.epoch, one.epoch) && (other.server !== one.server || other.boot !== one.boot));
    if (twin !== undefined) {
      found.push({
        invariant: 2,
        text: `Epoch ${epochText(one.epoch)} was a title twice.`,
        evidence: [told(one.gained), told(twin.gained)],
      });
    }
    if (one.epoch.server !== one.server) {
      found.push({
        invariant: 2,
        text: `${one.server} held the title at ${epochText(one.epoch)}, which is not its own.`,
        evidence: [told(one.gained)],
      });
    }
  }
  for (const { server, at, epoch } of seen) {
    const other = spans.find((one) => one.server !== server && one.from + clockErrorMs < at && at < one.until - clockErrorMs);
    if (other === undefined) continue;
    found.push({
      invariant: 2,
      text: `${server} said at ${timeOf(at)} that it held the title at ${epochText(epoch)}, and so did ${span(other)}.`,
      evidence: [told(other.gained), `ended by ${other.endedBy || "nothing yet"}`],
    });
  }
  return found;
}

function span({ server, epoch, from, until }: TitleSpan): string {
  return `${server} at ${epochText(epoch)} from ${timeOf(from)} to ${timeOf(until)}`;
}

/** Epochs that one server claims only rise, over all its starts, except after its disk was lost. */
export function claimViolations(journal: NodeJournal): Violation[] {
  return journal.disks.flatMap((events) => {
    const found: Violation[] = [];
    let before: JournalEvent | null = null;
    for (const event of events) {
      if (event.what !== "claim-sent") continue;
      const epoch = epochOf(event);
      const last = before === null ? null : epochOf(before);
      if (epoch !== null && epoch.server !== journal.node) {
        found.push({ invariant: 2, text: `${journal.node} claimed ${epochText(epoch)}, which is not its own.`, evidence: [told(event)] });
      }
      if (epoch !== null && last !== null && before !== null && compareEpochs(epoch, last) <= 0) {
        found.push({
          invariant: 2,
          text: `${journal.node} claimed ${epochText(epoch)} after ${epochText(last)}.`,
          evidence: [told(before), told(event)],
        });
      }
      before = event;
    }
    return found;
  });
}
