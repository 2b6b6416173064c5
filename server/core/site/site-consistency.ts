/** What the parts of a site must agree on: names, addresses, numbers, references, voters. */
import { mostServers, mostVoters } from "../control/voter-set.ts";
import { type GatewaySpec, type HostPort, majorityOf, type Site, voterNames } from "./site.ts";

export function consistencyProblems(site: Site): string[] {
  return [
    ...nameProblems(site),
    ...addressProblems(site),
    ...mediaProblems(site),
    ...numberProblems(site),
    ...referenceProblems(site),
    ...voterProblems(site),
    ...keyProblems(site),
  ];
}

/** Allowed, but someone should know. */
export function siteWarnings(site: Site): string[] {
  const warnings: string[] = [];
  const voters = voterNames(site).length;
  if (voters % 2 === 0) {
    warnings.push(
      `${voters} voters is an even number: the majority is ${majorityOf(voters)}, so one voter fewer would survive as many failures; add a witness or set voter: false on one gateway`,
    );
  }
  if (voters < 3) warnings.push(`with ${voters} voters the title is lost as soon as one voter is; three survive the loss of one`);
  if (site.servers.length < 2) warnings.push("one call server has no standby: nothing can take over");
  const open = [...site.gateways.map((one) => one.operator), ...site.servers.map((one) => one.operator)].filter(
    (one) => one.host === "0.0.0.0",
  );
  if (open.length > 0) warnings.push("an operator interface listens on 0.0.0.0, which is every network of its host");
  const listening = site.servers.filter((one) => one.snmpTraps !== null);
  if (listening.length > 0 && !site.gear.some((one) => one.audit.protocol === "snmp"))
    warnings.push(
      `${listening.map((one) => one.name).join(" and ")}: snmpTraps is set, and no gear is audited over SNMP whose notifications would count`,
    );
  return warnings;
}

function repeated<T>(items: readonly T[], key: (item: T) => string | number): [string | number, T[]][] {
  const groups = new Map<string | number, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups].filter(([, group]) => group.length > 1);
}

function nameProblems(site: Site): string[] {
  const all = [
    ...site.servers.map((one, index) => ({ name: one.name, at: `servers[${index}]` })),
    ...site.gateways.map((one, index) => ({ name: one.name, at: `gateways[${index}]` })),
    ...site.gear.map((one, index) => ({ name: one.name, at: `gear[${index}]` })),
    ...site.witnesses.map((one, index) => ({ name: one.name, at: `witnesses[${index}]` })),
  ];
  const problems = repeated(all, (one) => one.name).map(
    ([name, group]) => `${group[1]?.at}.name: ${name} is already the name of ${group[0]?.at}; every node needs a name of its own`,
  );
  // The console is a process beside the nodes and goes by this name in the lab and in logs.
  for (const one of all)
    if (one.name === "console") problems.push(`${one.at}.name: console is taken by the console itself; choose another`);
  for (const [rank, group] of repeated(site.servers, (one) => one.rank)) {
    problems.push(
      `servers: ${group.map((one) => one.name).join(" and ")} share rank ${rank}; 0 is preferred as primary, give each its own`,
    );
  }
  return problems;
}

interface Listener {
  readonly at: string;
  readonly address: HostPort;
}

function addressProblems(site: Site): string[] {
  const udp: Listener[] = [];
  const tcp: Listener[] = [{ at: "console", address: site.console }];
  for (const one of site.servers) {
    udp.push({ at: `${one.name}.link.path1`, address: one.link.path1 }, { at: `${one.name}.link.path2`, address: one.link.path2 });
    udp.push({ at: `${one.name}.mgcp`, address: one.mgcp });
    if (one.snmpTraps !== null) udp.push({ at: `${one.name}.snmpTraps`, address: one.snmpTraps });
    tcp.push({ at: `${one.name}.operator`, address: one.operator });
  }
  for (const one of site.gateways) {
    udp.push({ at: `${one.name}.link`, address: one.link }, { at: `${one.name}.mgcp`, address: one.mgcp });
    udp.push({ at: `${one.name}.snmp.address`, address: one.snmp });
    if (one.sip !== null) {
      udp.push({ at: `${one.name}.sip`, address: one.sip });
      tcp.push({ at: `${one.name}.sip`, address: one.sip });
    }
    tcp.push({ at: `${one.name}.operator`, address: one.operator });
  }
  for (const one of site.witnesses) {
    udp.push({ at: `${one.name}.link`, address: one.link });
    tcp.push({ at: `${one.name}.operator`, address: one.operator });
  }
  const clash = (transport: string, listeners: readonly Listener[]): string[] =>
    repeated(listeners, ({ address }) => `${address.host}:${address.port}`).map(
      ([address, group]) => `${group.map((one) => one.at).join(" and ")}: both on ${transport} ${address}; give each its own port`,
    );
  return [...clash("UDP", udp), ...clash("TCP", tcp)];
}

function mediaProblems(site: Site): string[] {
  const problems: string[] = [];
  for (const { name, rtp } of site.gateways) {
    if (rtp.portFrom % 2 !== 0)
      problems.push(`${name}.rtp.portFrom: ${rtp.portFrom} must be even; RTP uses even ports, RTCP the next odd one`);
    if (rtp.portTo <= rtp.portFrom) problems.push(`${name}.rtp.portTo: ${rtp.portTo} must be above portFrom ${rtp.portFrom}`);
  }
  for (const [index, a] of site.gateways.entries()) {
    for (const b of site.gateways.slice(index + 1)) {
      const overlap = a.rtp.host === b.rtp.host && a.rtp.portFrom <= b.rtp.portTo && b.rtp.portFrom <= a.rtp.portTo;
      if (overlap) problems.push(`${a.name}.rtp and ${b.name}.rtp: their ports overlap on ${a.rtp.host}; move one range`);
    }
  }
  return problems;
}

/** First and last number as values; numbers of another length never meet. */
function numberRange(gateway: GatewaySpec): { length: number; from: number; to: number } | null {
  if (gateway.firstNumber === null) return null;
  const from = Number(gateway.firstNumber);
  return { length: gateway.firstNumber.length, from, to: from + gateway.endpoints.count - 1 };
}

function numberProblems(site: Site): string[] {
  const problems: string[] = [];
  for (const [index, a] of site.gateways.entries()) {
    if (a.kind === "trunk" && a.firstNumber !== null) problems.push(`${a.name}.firstNumber: trunk channels have no numbers; remove it`);
    for (const b of site.gateways.slice(index + 1)) {
      const one = numberRange(a);
      const other = numberRange(b);
      if (one === null || other === null || one.length !== other.length) continue;
      if (one.from <= other.to && other.from <= one.to) {
        problems.push(
          `${a.name} and ${b.name}: their numbers ${one.from}–${one.to} and ${other.from}–${other.to} overlap; change a firstNumber`,
        );
      }
    }
  }
  return problems;
}

function referenceProblems(site: Site): string[] {
  const problems: string[] = [];
  const servers = site.servers.map((one) => one.name);
  const trunks = site.gateways.filter((one) => one.kind === "trunk").map((one) => one.name);
  for (const { name, audit, sip } of site.gateways) {
    if (audit === "sip" && sip === null)
      problems.push(`${name}.audit: sip needs an address where it answers SIP; add sip: <address>, or audit it by snmp or mgcp`);
  }
  for (const { name, localTo } of site.gateways) {
    if (localTo !== null && !servers.includes(localTo))
      problems.push(`${name}.localTo: there is no server ${localTo}; servers are ${servers.join(", ")}`);
  }
  for (const [index, route] of site.routes.entries()) {
    if (route.gateways.length === 0) problems.push(`routes[${index}].gateways: must name at least one trunk gateway`);
    for (const name of route.gateways) {
      if (!trunks.includes(name))
        problems.push(`routes[${index}].gateways: there is no trunk gateway ${name}; trunks are ${trunks.join(", ") || "none"}`);
    }
  }
  for (const [prefix] of repeated(site.routes, (route) => route.prefix))
    problems.push(`routes: prefix ${prefix} occurs twice; join the two`);
  return problems;
}

function voterProblems(site: Site): string[] {
  const problems: string[] = [];
  if (site.servers.length === 0) problems.push("servers: must name at least one call server");
  if (site.gateways.length === 0) problems.push("gateways: must name at least one gateway");
  if (voterNames(site).length === 0) {
    problems.push("voters: nobody votes, so no server could ever hold the title; set voter: true on a gateway or add a witness");
  }
  if (voterNames(site).length > mostVoters)
    problems.push(
      `voters: ${voterNames(site).length} nodes vote; at most ${mostVoters} may, since the set must fit one datagram: set voter: false on some gateways`,
    );
  if (site.servers.length > mostServers)
    problems.push(`servers: ${site.servers.length} call servers; at most ${mostServers} share a cluster`);
  return problems;
}

function keyProblems(site: Site): string[] {
  if (site.keys.length === 0) return ["keys: must hold at least one key; the first one signs"];
  return repeated(site.keys, (key) => key.id).map(([id]) => `keys: id ${id} occurs twice; datagrams name their key by it`);
}
