/** Runs every checker over what a run left behind: the journals on the disks, the fault log, what was seen, the calls. */
import { majorityOf, voterNames } from "../core/site/site.ts";
import type { CallBooks } from "./call-books.ts";
import { type CallCount, callViolations } from "./checks/calls.ts";
import { ownerViolations } from "./checks/owners.ts";
import { pausesIn, pauseViolations } from "./checks/pauses.ts";
import { promisesIn } from "./checks/promises.ts";
import { type Takeover, takeoversIn, takeoverViolations } from "./checks/takeover-time.ts";
import { claimViolations, type TitleSpan, titlesIn, titleViolations } from "./checks/titles.ts";
import { verdictViolations } from "./checks/verdicts.ts";
import type { Violation } from "./checks/violation.ts";
import { absencesIn, type FaultLog } from "./fault-log.ts";
import { readJournal } from "./journals.ts";
import type { Observer } from "./observer.ts";
import type { PlayedSite } from "./played-site.ts";

export interface Judged {
  readonly violations: readonly Violation[];
  readonly titles: readonly TitleSpan[];
  readonly takeovers: readonly Takeover[];
  readonly journalLines: number;
}

/** Why a takeover that would be due does not happen. */
const holds = ["automation-held", "automation-paused"];

export function judgeControl(folder: string, played: PlayedSite, log: FaultLog, observer: Observer): Judged {
  const { site } = played;
  const { timers } = site;
  const voters = voterNames(site).length;
  const absences = absencesIn(log.entries);
  const journals = new Map(played.names().map((name) => [name, readJournal(folder, name)] as const));
  const of = (names: readonly string[]) => names.flatMap((name) => journals.get(name) ?? []);
  const clients = of([...played.names("gateway"), ...played.names("witness")]);
  const servers = of(played.names("call-server"));
  // A process that is gone was gone at the latest when the runner saw its end; when it started again is in its next line.
  const promises = clients.flatMap((journal) =>
    promisesIn(journal, timers.promiseMs, (boot) => {
      const last = journal.events.filter((event) => event.boot === boot).at(-1);
      return (
        absences.find(({ node, kind, from }) => node === journal.node && kind === "down" && last !== undefined && from >= last.wall - 5)
          ?.from ?? null
      );
    }),
  );
  const titles = servers.flatMap((journal) => titlesIn(journal, absences, promises, majorityOf(voters)));
  const heldBack = servers.flatMap(({ events }) => events.flatMap(({ what, wall }) => (holds.includes(what) ? [wall] : [])));
  const takeovers = takeoversIn(log.entries, titles, timers, (from, until) => observer.lateMs(from, until), heldBack);
  const pauses = pausesIn(log.entries);
  return {
    violations: [
      ...clients.flatMap((journal) => ownerViolations(journal, timers.promiseMs)),
      ...titleViolations(titles, observer.titlesSeen),
      ...servers.flatMap((journal) => [...claimViolations(journal), ...verdictViolations(journal, voters)]),
      ...takeoverViolations(takeovers, titles),
      ...servers.flatMap((journal) => pauseViolations(journal, pauses)),
    ],
    titles,
    takeovers,
    journalLines: [...clients, ...servers].reduce((sum, { events }) => sum + events.length, 0),
  };
}

export function judgeCalls(books: CallBooks, played: PlayedSite, log: FaultLog): { found: Violation[]; count: CallCount } {
  const servers = played.names("call-server");
  const wiped = log.entries.filter(({ kind, node }) => kind === "wipe" && node !== null && servers.includes(node)).map(({ at }) => at);
  return callViolations(books, absencesIn(log.entries), wiped);
}
