/** `tandem gateway show NAME`: what it can say, how its audits go, and where it and the server disagree. */
import { gearFields } from "../core/gear/gear-profile.ts";
import type { PollFigures } from "../core/polling/poll-figures.ts";
import type { GearDetail } from "../core/status/gear-status.ts";
import { getGearDetail } from "../operations/get-gear-detail.ts";
import { counted, lasted } from "../operations/words.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";

const pollsShown = 10;

export async function showGateway(common: CommonOptions, name: string, options: { by?: string }): Promise<void> {
  await withContext(common, "none", async (context) => {
    const detail = await getGearDetail(context, { name, server: options.by ?? null });
    if (common.json) printJson(gearJson(detail));
    else printDetail(detail);
  });
}

/** With times that people can read, and null where nothing is known: an empty list would say that there are none. */
export function gearJson(detail: GearDetail): unknown {
  const { at, polling, past, own, differences, stuck } = detail;
  return {
    ...detail,
    at: isoTime(at),
    polling: polling && { ...polling, lastCompleteAt: isoTime(polling.lastCompleteAt), nextAt: isoTime(polling.nextAt) },
    past: past.map((poll) => ({ ...poll, beganAt: isoTime(poll.beganAt) })),
    differences: own && wasRead(detail) ? differences : null,
    stuck: wasRead(detail) ? stuck : null,
  };
}

/** Before its first complete audit nothing is known of its connections. */
function wasRead({ polling }: GearDetail): boolean {
  return polling !== null && polling.lastCompleteAt !== null;
}

function printDetail(detail: GearDetail): void {
  const { name, own, protocol, address, source, at, polling, notifiedEntity } = detail;
  printLine(
    `${name}, ${own ? "our gateway" : "gear of others"}, audited by ${protocol} at ${address}; as ${source} knows it at ${isoTime(at)}`,
  );
  if (notifiedEntity !== null) printLine(`It believes ${notifiedEntity} to be in charge.`);
  printProfile(detail);
  if (polling === null) printLine("\nIts audits have not begun.");
  else printFigures(polling);
  printPolls(detail);
  printDifferences(detail);
}

/** What it cannot say has a row as well: nobody should take its absence for a value. */
function printProfile({ profile }: GearDetail): void {
  if (profile === null) {
    printLine("\nWhat it can say is not known: it was not read yet.");
    return;
  }
  printLine(`\n${profile.title} (${profile.name})${profile.identity === null ? "" : `, says it is ${profile.identity}`}`);
  printLine(
    `${profile.tellsBoot ? "tells" : "cannot tell"} when it restarted; ${profile.keepsHistory ? "keeps" : "keeps no"} history of ended calls\n`,
  );
  printTable(
    ["FIELD", "FROM"],
    gearFields.map((field) => [field, profile.says[field] ?? "cannot say"]),
  );
  for (const note of profile.notes) printLine(`  - ${note}`);
}

function printFigures(polling: PollFigures): void {
  const { intervalMs, phase, polls, packets, failures, smoothedRttMs, latenessMs, breaker, nextAt, nextMode, ageMs, lastFailure } = polling;
  const ms = (value: number | null): string => (value === null ? "unknown" : `${value.toFixed(1)} ms`);
  printLine(`\nPolled each ${lasted(intervalMs)}; ${phase}; last complete ${ageMs === null ? "never" : `${lasted(ageMs)} ago`}`);
  printLine(`${counted(polls, "poll")}, ${counted(packets, "packet")}, round trip ${ms(smoothedRttMs)}, late by ${ms(latenessMs)}`);
  const kinds = Object.entries(failures).map(([kind, count]) => `${kind} ${count}`);
  printLine(`Failures: ${kinds.length === 0 ? "none" : kinds.join(", ")}`);
  if (lastFailure !== null) printLine(`The last: ${lastFailure.kind}: ${lastFailure.because}`);
  if (breaker.state !== "closed")
    printLine(`Breaker ${breaker.state} since ${isoTime(breaker.since) ?? "?"}: ${breaker.reason ?? "no reason told"}`);
  if (phase === "polling") printLine("A poll is under way.");
  else printLine(nextAt === null ? "No next poll is planned." : `Next: ${nextMode}, at ${isoTime(nextAt)}`);
}

function printPolls({ past }: GearDetail): void {
  if (past.length === 0) return;
  printLine(`\nThe last ${counted(Math.min(pollsShown, past.length), "poll")}, newest first\n`);
  printTable(
    ["BEGAN", "MODE", "WHY", "TOOK", "LATE", "ROWS", "PACKETS", "RESULT"],
    past
      .slice(-pollsShown)
      .reverse()
      .map((poll) => [
        isoTime(poll.beganAt),
        poll.mode,
        poll.asked ?? "its turn",
        lasted(poll.durationMs),
        lasted(poll.lateMs),
        poll.rows,
        poll.packets,
        poll.because === null ? poll.result : `${poll.result}: ${poll.because}`,
      ]),
  );
}

/** Calls over gear of others are not the server's own: there is nothing to agree on. Null: nothing is to be said. */
export function agreementOf(detail: GearDetail): string | null {
  const { own, polling, differences } = detail;
  if (!own || differences.length > 0) return null;
  if (wasRead(detail) && polling?.consecutiveFailures === 0) return "It and the server agree on every connection.";
  return "Whether it and the server agree is not known: its last audit was not complete, or is still to come.";
}

function printDifferences(detail: GearDetail): void {
  const { differences, stuck } = detail;
  const agreement = agreementOf(detail);
  if (agreement !== null || differences.length > 0) printLine(agreement === null ? "" : `\n${agreement}`);
  if (differences.length > 0)
    printTable(
      ["DIFFERENCE", "ENDPOINT", "CALL", "SINCE"],
      differences.map((one) => [
        one.kind === "ghost" ? "ghost: only the gateway has it" : "orphan: only the server has it",
        one.endpoint,
        one.callId,
        lasted(one.sinceMs),
      ]),
    );
  if (!wasRead(detail)) printLine("\nStuck: ? (it was never read)");
  for (const one of stuck)
    printLine(`Stuck: ${one.endpoint ?? one.legName ?? "?"}, call ${one.callId ?? "?"}, for ${lasted(one.forMs)}: ${one.text}`);
}
