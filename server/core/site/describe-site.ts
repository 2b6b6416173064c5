/** A site in sentences: what `tandem config validate` answers when it has nothing to refuse. */
import type { ChangeRule } from "../control/change-rule.ts";
import type { GearSpec } from "./gear.ts";
import { actionsOf, actionText } from "./parse-actions.ts";
import { changeRuleText } from "./parse-change-rule.ts";
import { describeNotify } from "./parse-notify.ts";
import { type ActionLists, type ActionSpec, type HostPort, majorityOf, type Site, voterNames } from "./site.ts";
import { onSlowestClockMs } from "./timers.ts";

export function describeSite(site: Site, warnings: readonly string[]): string[] {
  return [
    `Site ${site.site}, cluster ${site.cluster}, configuration version ${site.version}.`,
    ...describeServers(site),
    ...site.gateways.map(
      (one) =>
        `Gateway ${one.name}: ${one.kind}, ${one.endpoints.count} endpoint${one.endpoints.count === 1 ? "" : "s"}${one.firstNumber === null ? "" : ` from number ${one.firstNumber}`}, priority ${one.priority}, ${one.voter ? "votes" : "does not vote"}, audited by ${one.audit.toUpperCase()} every ${one.pollSeconds} s${one.localTo === null ? "" : `, local to ${one.localTo}`}; MGCP ${text(one.mgcp)}, SNMP ${text(one.snmp)}${one.sip === null ? "" : `, SIP ${text(one.sip)}${one.sip.user === null ? "" : ", asks who subscribes for proof"}`}.`,
    ),
    ...site.gear.map(gearText),
    ...site.witnesses.map((one) => `Witness ${one.name} at ${text(one.link)}: votes, and carries no calls.`),
    ...site.routes.map((one) => `Digits that begin with ${one.prefix} leave by ${one.gateways.join(", then ")}.`),
    describeVoters(site),
    ...describeTimers(site),
    ...describeRules(site),
    `At most ${site.automaticChanges.limit} automatic changes of role in ${site.automaticChanges.windowSeconds} s; then Tandem holds and asks.`,
    ...describeActions(site),
    ...describeNotify(site.notify),
    `The console listens on http://${text(site.console)}.`,
    ...warnings.map((warning) => `Warning: ${warning}.`),
  ];
}

function gearText({ name, kind, audit, control, pollSeconds, packetsPerSecond, polled }: GearSpec): string {
  const where = audit.protocol === "rpc" ? audit.url : text(audit.address);
  const asked = polled ? `every ${pollSeconds} s, with at most ${packetsPerSecond} requests a second` : "never: polling is disabled";
  const obeys = control === "mgcp" ? "follows the title, and neither votes nor fences" : "is only read";
  return `Gear ${name}: ${kind}, not ours, audited by ${audit.protocol.toUpperCase()} at ${where} ${asked}; it ${obeys}.`;
}

function describeRules(site: Site): string[] {
  return [
    site.partition === "survive"
      ? "Without the title a server goes on with the gateways that still promise to it, and adopts those that lost their owner."
      : "Without the title a server lets go of every gateway.",
    `What another server controls without the title is taken over ${ruleText(site.merge)}.`,
    `Control goes back to the preferred server ${ruleText(site.failback)}.`,
    site.takeover === "hot" ? "A takeover keeps every call." : "A takeover resets the gateways: their calls end, with records.",
  ];
}

function ruleText(rule: ChangeRule): string {
  switch (rule.when) {
    case "now":
      return "at once";
    case "manual":
      return "only when somebody asks";
    case "at-zero-calls":
      return "when no call would be touched";
    case "window":
      return `between ${changeRuleText(rule).replace("-", " and ")} UTC`;
  }
}

function describeServers(site: Site): string[] {
  const ranked = [...site.servers].sort((a, b) => a.rank - b.rank);
  return ranked.map(
    (one, index) =>
      `Call server ${one.name}: ${index === 0 ? "preferred as primary" : "stands by"}, sized for ${one.capacityCalls} calls; keepalives on ${text(one.link.path1)}, queries also on ${text(one.link.path2)}, MGCP on ${text(one.mgcp)}${one.snmpTraps === null ? "" : `, SNMP notifications of gear on ${text(one.snmpTraps)}`}.`,
  );
}

function describeVoters(site: Site): string {
  const voters = voterNames(site);
  const needed = majorityOf(voters.length);
  return `${voters.length} voters (${voters.join(", ")}): the title needs ${needed} of them and survives the loss of ${voters.length - needed}.`;
}

/** Servers with the same lists are told of once. */
function describeActions(site: Site): string[] {
  const byLists = new Map<string, { names: string[]; lists: ActionLists }>();
  for (const server of site.servers) {
    const lists = actionsOf(site, server);
    const group = byLists.get(JSON.stringify(lists)) ?? { names: [], lists };
    group.names.push(server.name);
    byLists.set(JSON.stringify(lists), group);
  }
  return [...byLists.values()].flatMap(({ names, lists }) => {
    const who = names.join(" or ");
    return [
      ...describeList(`When ${who} becomes primary, it also does`, lists.onPromote),
      ...describeList(`When ${who} is primary no more, it also does`, lists.onDemote),
    ];
  });
}

function describeList(when: string, list: readonly ActionSpec[]): string[] {
  if (list.length === 0) return [];
  const steps = list.map((one, index) => {
    const after = one.blocking ? ", a failure ends the list" : "";
    return `${index + 1}. ${actionText(one)} (at most ${one.timeoutMs} ms${after})`;
  });
  return [`${when}: ${steps.join("; ")}.`];
}

function describeTimers(site: Site): string[] {
  const { keepaliveMs, missLimit, suspectAt, leaseMs, promiseMs, clockRateError } = site.timers;
  const floor = keepaliveMs * missLimit;
  const covered = onSlowestClockMs(leaseMs, clockRateError);
  return [
    `A keepalive every ${keepaliveMs} ms; suspicion after ${suspectAt} missed, takeover after ${missLimit}: a dead primary is replaced ${floor} ms to ${floor + 150} ms after its last keepalive.`,
    `Lease ${leaseMs} ms on clocks up to ${clockRateError * 100} % wrong is at most ${covered.toFixed(1)} ms, below the promise of ${promiseMs} ms: the loser stops before the winner can start.`,
  ];
}

function text({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
