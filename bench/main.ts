/** `npm run bench -- <name>`: prints each figure with its bound; exit code 1 where a bound is broken. */
import { benchFailover } from "./failover.ts";
import { say } from "./figures.ts";
import { benchForged } from "./forged.ts";
import { benchKamailioList } from "./kamailio-list.ts";
import { benchLab } from "./lab-load.ts";

import { benchMgcpAudits } from "./mgcp-audits.ts";

import { benchPolling } from "./polling.ts";

import { benchRecords } from "./records.ts";
import { benchSimulator } from "./simulator.ts";
import { benchSipPolls } from "./sip-polls.ts";
import { benchSnmpAgent } from "./snmp-agent.ts";

import { benchSnmpAudit } from "./snmp-audit.ts";

import { benchStarved } from "./starved.ts";
import { benchSwitchover } from "./switchover.ts";
import { benchUdpRelay } from "./udp-relay.ts";

const benches: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = {
  failover: benchFailover,
  switchover: benchSwitchover,
  records: benchRecords,
  forged: benchForged,
  lab: benchLab,
  "mgcp-audits": benchMgcpAudits,
  starved: benchStarved,
  "sip-polls": benchSipPolls,
  "kamailio-list": benchKamailioList,
  simulator: benchSimulator,
  "snmp-agent": benchSnmpAgent,
  "snmp-audit": benchSnmpAudit,
  polling: benchPolling,
  "udp-relay": benchUdpRelay,
};

const [name, ...words] = process.argv.slice(2);
const bench = name === undefined ? undefined : benches[name];
if (bench === undefined) {
  say(`usage: npm run bench -- ${Object.keys(benches).join("|")} [--runs N] [--calls N]`);
  process.exitCode = 2;
} else {
  const broken = await bench(words);
  if (broken > 0) {
    say(`${broken} bounds broken`);
    process.exitCode = 1;
  }
}
