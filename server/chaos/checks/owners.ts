/**
 * Invariant 1: a gateway never has two owners. From its own journal: epochs that it granted only rise, nobody is granted while a
 * promise to somebody else runs (nor before the promises of an earlier start, or of a lost disk, are over), and what it obeyed lies
 * within what it had promised: intervals of obeyed commands of different epochs never overlap.
 */
import { type BootId, compareEpochs, type Epoch, epochText, sameEpoch } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import { clockErrorMs, type NodeJournal, wallOf } from "../journals.ts";
import { epochOf, numberOf } from "./promises.ts";
import { timeOf, told, type Violation } from "./violation.ts";

interface Grant {
  readonly epoch: Epoch;
  readonly boot: BootId | null;
  readonly event: JournalEvent;
}

class Owners {
  readonly found: Violation[] = [];
  private readonly promiseMs: number;
  private grant: Grant | null = null;
  /** When the promise to the grant ended; null while it runs. */
  private over: { readonly at: WallTime; readonly event: JournalEvent } | null = null;
  /** Admitted after its disk was lost, and not claimed since. */
  private readmitted = false;
  private highest: Grant | null = null;
  private obeyed: { readonly epoch: Epoch; readonly boot: BootId | null; readonly event: JournalEvent; lastAt: WallTime } | null = null;
  /** Nothing may be granted before: promises of an earlier start may run. */
  private waits: { readonly until: WallTime; readonly event: JournalEvent } | null = null;

  constructor(promiseMs: number) {
    this.promiseMs = promiseMs;
  }

  read(event: JournalEvent): void {
    const epoch = epochOf(event);
    switch (event.what) {
      case "voter-started":
        this.started(event);
        break;
      case "voter-admitted":
        this.waits = { until: wallOf(event, numberOf(event, "admittedAtMono") ?? event.mono) + this.promiseMs, event };
        this.readmitted = true;
        break;
      case "epoch-granted":
        if (epoch !== null) this.granted(event, { epoch, boot: numberOf(event, "boot"), event });
        break;
      case "promise-renewed":
        this.over = null;
        break;
      case "promise-ran-out":
        this.over = { at: wallOf(event, numberOf(event, "ranOutAtMono") ?? event.mono), event };
        break;
      case "epoch-released":
        this.over = { at: event.wall, event };
        break;
      case "command-obeyed":
        if (epoch !== null) this.obeys(event, epoch);
        break;
      case "last-command-obeyed":
        if (epoch !== null) this.obeyedLast(event, epoch);
        break;
    }
  }

  private started(event: JournalEvent): void {
    this.waits = { until: event.wall + (numberOf(event, "waitMs") ?? 0), event };
    this.over = { at: event.wall, event };
    this.obeyed = null;
  }

  private granted(event: JournalEvent, grant: Grant): void {
    const at = wallOf(event, numberOf(event, "grantedAtMono") ?? event.mono);
    const { grant: before, waits } = this;
    // A voter that lost its disk may be claimed again at the epoch that it had granted before; one that did not loses nothing.
    const again = this.readmitted && this.highest !== null && sameEpoch(grant.epoch, this.highest.epoch);
    this.readmitted = false;
    if (!again && this.highest !== null && compareEpochs(grant.epoch, this.highest.epoch) <= 0) {
      this.add(`${event.node} granted ${epochText(grant.epoch)} after it had granted ${epochText(this.highest.epoch)}.`, [
        this.highest.event,
        event,
      ]);
    }
    const same = before !== null && before.epoch.server === grant.epoch.server && before.boot === grant.boot;
    if (before !== null && this.over === null && !same) {
      this.add(`${event.node} granted ${epochText(grant.epoch)} while its promise to ${epochText(before.epoch)} ran.`, [
        before.event,
        event,
      ]);
    }
    if (waits !== null && at < waits.until - clockErrorMs) {
      this.add(
        `${event.node} granted ${epochText(grant.epoch)} at ${timeOf(at)}, before ${timeOf(waits.until)}, when promises given before its start were over.`,
        [waits.event, event],
      );
    }
    this.grant = grant;
    this.over = null;
    if (this.highest === null || compareEpochs(grant.epoch, this.highest.epoch) > 0) this.highest = grant;
  }

  private obeys(event: JournalEvent, epoch: Epoch): void {
    const at = wallOf(event, numberOf(event, "atMono") ?? event.mono);
    const boot = numberOf(event, "boot");
    const { grant, obeyed, over } = this;
    // A grant may be older than this disk's journal only where the journal was cut; then the promise's own lines are missing too.
    if (grant === null || !sameEpoch(grant.epoch, epoch) || (grant.boot !== null && grant.boot !== boot)) {
      this.add(`${event.node} obeyed ${epochText(epoch)}, which it had not granted.`, grant === null ? [event] : [grant.event, event]);
    } else if (over !== null && over.event.what !== "voter-started") {
      this.add(`${event.node} obeyed ${epochText(epoch)} although its promise was over.`, [over.event, event]);
    }
    if (obeyed !== null && compareEpochs(epoch, obeyed.epoch) < 0) {
      this.add(`${event.node} obeyed ${epochText(epoch)} after ${epochText(obeyed.epoch)}.`, [obeyed.event, event]);
    }
    if (obeyed !== null && sameEpoch(epoch, obeyed.epoch) && obeyed.boot !== boot) {
      this.add(`${event.node} obeyed two starts of ${epoch.server} in one epoch.`, [obeyed.event, event]);
    }
    if (obeyed !== null && !sameEpoch(epoch, obeyed.epoch) && at < obeyed.lastAt) {
      this.add(
        `${event.node} obeyed ${epochText(obeyed.epoch)} until ${timeOf(obeyed.lastAt)} and ${epochText(epoch)} from ${timeOf(at)}.`,
        [obeyed.event, event],
      );
    }
    this.obeyed = { epoch, boot, event, lastAt: at };
  }

  private obeyedLast(event: JournalEvent, epoch: Epoch): void {
    const lastAt = wallOf(event, numberOf(event, "lastAtMono") ?? event.mono);
    if (this.obeyed !== null && sameEpoch(this.obeyed.epoch, epoch)) this.obeyed.lastAt = Math.max(this.obeyed.lastAt, lastAt);
    // The line is written when the reign ends: the promise that ended it stands just above.
    if (this.grant !== null && sameEpoch(this.grant.epoch, epoch) && this.over !== null && lastAt > this.over.at + clockErrorMs) {
      this.add(`${event.node} obeyed ${epochText(epoch)} at ${timeOf(lastAt)}, after its promise was over at ${timeOf(this.over.at)}.`, [
        this.over.event,
        event,
      ]);
    }
  }

  private add(text: string, events: readonly JournalEvent[]): void {
    this.found.push({ invariant: 1, text, evidence: events.map(told) });
  }
}

export function ownerViolations(journal: NodeJournal, promiseMs: number): Violation[] {
  const owners = new Owners(promiseMs);
  for (const event of journal.events) owners.read(event);
  return owners.found;
}
