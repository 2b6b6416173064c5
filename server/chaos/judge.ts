/** Runs every checker over what a run left behind: the journals on the disks, the fault log, what was seen, the calls. */
import type { NodeName } from "../core/identity.ts";
import { majorityOf, type Site, voterNames } from "../core/site/site.ts";
import { type CallCount, type Calls, callViolations } from "./checks/calls.ts";
import { ownerViolations } from "./checks/owners.ts";
import { pausesIn, pauseViolations } from "./checks/pauses.ts";
import { promisesIn } from "./checks/promises.ts";
import { type Takeover, takeoversIn, takeoverViolations } from "./checks/takeover-time.ts";
import { claimViolations, type TitleSpan, titlesIn, titleViolations } from "./checks/titles.ts";
import { verdictViolations } from "./checks/verdicts.ts";
import type { Violation } from "./checks/violation.ts";
import { absencesIn, type FaultEntry } from "./fault-log.ts";
import { readJournal } from "./journals.ts";
import { type Late, type TitleSeen, worstLateMs } from "./observer.ts";

export interface Judged {
  readonly violations: readonly Violation[];
  readonly titles: readonly TitleSpan[];
  readonly takeovers: readonly Takeover[];
  readonly journalLines: number;
}

/** Why a takeover that would be due does not happen. */
const holds = ["automation-held", "automation-paused"];

interface Faults {
  readonly entries: readonly FaultEntry[];
}

interface Observed {
  readonly titlesSeen: readonly TitleSeen[];
  readonly late: readonly Late[];
}

export function judgeControl(folder: string, site: Site, log: Faults, observer: Observed): Judged {
  const { timers } = site;
  const voters = voterNames(site).length;
  const absences = absencesIn(log.entries);
  const of = (nodes: readonly { readonly name: NodeName }[]) => nodes.map(({ name }) => readJournal(folder, name));
  const clients = of([...site.gateways, ...site.witnesses]);
  const servers = of(site.servers);
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
  const takeovers = takeoversIn(log.entries, titles, timers, (from, until) => worstLateMs(observer.late, from, until), heldBack);
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

export function judgeCalls(calls: Calls, site: Site, log: Faults): { found: Violation[]; count: CallCount } {
  const servers = site.servers.map(({ name }) => name);
  const wiped = log.entries.filter(({ kind, node }) => kind === "wipe" && node !== null && servers.includes(node)).map(({ at }) => at);
  return callViolations(calls, absencesIn(log.entries), wiped);
}
