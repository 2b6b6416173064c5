/**
 * The sentence at the top of the page: what a tired person would repeat on the phone, made by rules from the view of the site,
 * with the rules' inputs beside it. The fact that matters most comes first; the first rule that applies speaks.
 */
import type { WallTime } from "../core/time.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { Verdict } from "./console-view.ts";
import { failoverTotalMs } from "./failover-sentence.ts";
import { abstains } from "./gateway-condition.ts";
import type { SiteView } from "./site-view.ts";
import { counted, lasted, listed } from "./words.ts";

/** For this long after a failover the verdict still names it when something is missing. */
const recentMs = 15 * 60_000;

export function judgeSite(view: SiteView, now: WallTime): Verdict {
  const look = whatNeedsALook(view);
  const { sentence, tone } = mainSentence(view, now);
  return { sentence, tone: tone === "well" && look.length > 0 ? "look" : tone, look, why: inputsOf(view) };
}

function mainSentence(view: SiteView, now: WallTime): Pick<Verdict, "sentence" | "tone"> {
  const { primary, standby, failover } = view;
  const answering = view.servers.filter((server) => server.state === "up" || server.state === "suspect");
  if (answering.length === 0) {
    return { sentence: "No call server answers the console. What they carry is unknown.", tone: "bad" };
  }
  // Once it had the title, it takes over only while it has it.
  const takes = failover !== null && (failover.timeline.titleAt === null || failover.to === primary);
  if (takes && failover.state === "in-progress" && answering.some((server) => server.name === failover.to)) {
    return { sentence: changingSentence(failover), tone: "look" };
  }
  if (primary === null) {
    const lost = view.servers.filter((server) => !answering.includes(server)).map((server) => server.name);
    const fact =
      lost.length > 0
        ? `${listed(lost)} ${lost.length === 1 ? "does" : "do"} not answer and nobody holds the title.`
        : "Nobody holds the title.";
    const held = untitledSentence(view);
    return { sentence: held === null ? `${fact} Calls go on, but no new call is set up.` : `${fact} ${held}`, tone: "bad" };
  }
  const carries = `${primary} carries ${counted(view.calls ?? 0, "call")}.`;
  const lead =
    failover && recentlyLost(failover, primary, standby, now)
      ? `${primary} took over. ${counted(failover.callsAdopted, "call")} kept.`
      : carries;
  const untitled = untitledSentence(view);
  if (untitled !== null) return { sentence: `${lead} ${untitled}`, tone: "bad" };
  if (standby === null) return { sentence: `${lead} Nobody stands by now.`, tone: "bad" };
  const readiness = view.servers.find((server) => server.name === standby)?.status?.readiness;
  if (readiness && !readiness.ready) {
    const reason = readiness.reasons[0];
    return { sentence: `${carries} ${standby} could not take over now${reason ? `: ${reason}` : ""}.`, tone: "bad" };
  }
  const { pause } = view.guard;
  if (pause !== null) {
    const until = pause.until === null ? "until resumed" : `until ${new Date(pause.until).toISOString()}`;
    const sentence = `${carries} ${standby} will not take over by itself: ${pause.by} paused automatic changes ${until}: ${pause.reason}.`;
    return { sentence, tone: "look" };
  }
  if (view.automation.state === "held") {
    return { sentence: `${carries} ${standby} will not take over by itself: the limit of automatic changes is reached.`, tone: "bad" };
  }
  return { sentence: `${carries} ${standby} could take over now.`, tone: "well" };
}

/** By what right a server without the title controls gateways; said after a colon. */
export const untitledRight = {
  title: "it lost the title",
  fragment: "they had lost their owner",
  override: "by an operator's override",
} as const;

/** Control without the title, said plainly: who, of what, under what right. */
function untitledSentence({ untitled }: SiteView): string | null {
  if (untitled.length === 0) return null;
  return untitled.map((one) => `${one.server} controls ${listed(one.gateways)} without the title: ${untitledRight[one.basis]}.`).join(" ");
}

function changingSentence(report: FailoverReport): string {
  const done = report.gateways.filter((gateway) => gateway.state === "done").length;
  const from = report.from === null ? "" : ` from ${report.from}`;
  return `${report.to} is taking over${from}. ${done} of ${counted(report.gateways.length, "gateway")} done, ${counted(report.callsAdopted, "call")} kept so far.`;
}

function recentlyLost(report: FailoverReport, primary: string, standby: string | null, now: WallTime): boolean {
  return report.kind === "failover" && report.to === primary && standby === null && now - report.startedAt < recentMs;
}

function whatNeedsALook(view: SiteView): Verdict["look"] {
  const look: { text: string; href: string }[] = [];
  for (const server of view.servers) {
    const href = `/servers#${server.name}`;
    if (server.state === "unreachable") look.push({ text: `${server.name} does not answer`, href });
    else if (server.state === "frozen") look.push({ text: `${server.name} is frozen`, href });
    else if (server.state === "suspect")
      look.push({ text: `${server.name} is suspect: ${server.error ?? "keepalives are missing"}`, href });
    else if (server.status?.starved)
      look.push({
        text: `${server.name} is starved: its event loop is late by up to ${Math.round(server.status.loopDelayMs.max)} ms`,
        href,
      });
  }
  for (const gateway of view.gateways) {
    if (gateway.condition !== "ok" && gateway.condition !== "changing")
      look.push({ text: `${gateway.name} ${gateway.reason ?? gateway.condition}`, href: `/gateways#${gateway.name}` });
  }
  for (const { name, condition, reason } of view.gear) {
    // What a person switched off, and what begins just now, needs nobody.
    if (condition !== "ok" && condition !== "disabled" && condition !== "never")
      look.push({ text: `${name} ${reason ?? condition}`, href: `/gateways#${name}` });
  }
  for (const { name, state, status } of view.witnesses) {
    const href = `/servers#${name}`;
    if (state !== "up") look.push({ text: `${name} ${state === "frozen" ? "is frozen" : "does not answer"}`, href });
    else if (status?.state === "abstaining") look.push({ text: `${name} ${abstains}`, href });
  }
  if (view.missedSwitchover !== null) {
    const { to, because } = view.missedSwitchover;
    look.push({ text: `the scheduled switchover to ${to} did not happen: ${because}`, href: "/orders/schedule-switchover" });
  }
  const { pause } = view.guard;
  if (pause !== null) look.push({ text: `automatic changes are paused by ${pause.by}`, href: "/orders/resume" });
  if (view.automation.state === "held") look.push({ text: "the limit of automatic changes is reached", href: "/orders/acknowledge" });
  return look;
}

function inputsOf(view: SiteView): string[] {
  const why = view.servers.map((server) => {
    const role = server.state === "up" || server.state === "suspect" ? (server.status?.role ?? "unknown") : "unknown";
    return `${server.name}: ${server.state}, role ${role}${server.error ? ` (${server.error})` : ""}`;
  });
  const holder = view.servers.find((server) => server.name === view.primary)?.status;
  if (holder)
    why.push(
      `Title: ${holder.title.votersAnswering} of ${holder.title.voters} voters answer ${holder.name}, ${holder.title.votersNeeded} are needed.`,
    );
  const { guard, scheduled } = view;
  if (guard.conflict !== null) why.push(guard.conflict);
  if (scheduled !== null)
    why.push(`A switchover to ${scheduled.to} is scheduled for ${new Date(scheduled.at).toISOString()} by ${scheduled.by}.`);
  for (const { name, status } of view.servers)
    for (const { gateway, to } of status?.lent ?? []) why.push(`${name} lent ${gateway} to ${to}.`);
  const well = view.gateways.filter((gateway) => gateway.condition === "ok").length;
  why.push(`Gateways: ${well} of ${view.gateways.length} well.`);
  const total = view.failover ? failoverTotalMs(view.failover) : null;
  if (view.failover)
    why.push(`Last change of control: ${view.failover.id}, ${view.failover.state}${total === null ? "" : `, ${lasted(total)}`}.`);
  return why;
}
