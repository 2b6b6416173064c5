/**
 * A gateway's MGCP side with a connection at each endpoint, in a process of its own: what `mgcp-audits` asks. It prints its port, then for each line
 * of its standard input the processor time that it has used, µs, and ends with that input.
 */
import { createConnection } from "../server/core/gateway/connection-commands.ts";
import { endpointAt, newGateway } from "../server/core/gateway/gateway.ts";
import type { HostPort } from "../server/core/site/site.ts";
import { CommandHandler } from "../server/nodes/gateway/command-handler.ts";
import { bootRange } from "../server/protocols/mgcp/transaction-range.ts";
import { systemClock } from "../server/runtime/clock.ts";
import { Counters } from "../server/runtime/counters.ts";
import { FaultTable } from "../server/runtime/faults.ts";
import { createLinkKeys } from "../server/runtime/keys.ts";
import { openMgcpSocket } from "../server/runtime/mgcp-socket.ts";

export const naming = { name: "if-1", endpoints: { prefix: "aaln/", count: 5_000 }, firstNumber: "20001" };
export const auditKeys = [{ id: 1, secret: "a key for measurements only" }];

async function serve(): Promise<void> {
  const clock = systemClock();
  const anywhere: HostPort = { host: "127.0.0.1", port: 0 };
  const spec = {
    ...naming,
    kind: "interface" as const,
    voter: true,
    priority: 1,
    link: anywhere,
    mgcp: anywhere,
    snmp: { ...anywhere, user: null, community: "public" },
    operator: anywhere,
    rtp: { host: "127.0.0.1", portFrom: 20_000, portTo: 60_000 },
    sip: null,
    audit: "mgcp" as const,
    pollSeconds: 5,
    localTo: null,
  };
  const gateway = newGateway(spec, clock.now().mono, { historyRows: 100, realStreams: 0, firstConnection: 4097 });
  for (let index = 1; index <= naming.endpoints.count; index += 1) {
    const endpoint = endpointAt(gateway, index);
    if (endpoint === null) throw new Error(`no endpoint ${index}`);
    endpoint.offHook = true;
    endpoint.calling = true;
    const remote = { host: "127.0.0.1", port: 40_000, real: false };
    const request = {
      mode: "sendrecv",
      codecs: ["PCMU"],
      ptimeMs: 20,
      qos: "controlledLoad",
      tos: 0xb8,
      remote,
      peerNumber: null,
    } as const;
    const made = createConnection(gateway, endpoint, { callId: index.toString(16).padStart(32, "0"), ...request }, clock.now());
    if (!made.ok) throw new Error(made.comment);
  }
  const handler = new CommandHandler({
    gateway,
    gateways: [spec],
    realStreams: 0,
    now: () => clock.now(),
    perform: () => undefined,
    repointed: () => undefined,
  });
  const boot = Date.now();
  const socket = await openMgcpSocket({
    self: naming.name,
    role: "gateway",
    bind: anywhere,
    nodes: new Map([["cs-a", anywhere]]),
    keys: createLinkKeys(auditKeys),
    boot,
    clock,
    faults: new FaultTable(),
    counters: new Counters(),
    range: bootRange(boot),
    onCommand: (command) => handler.audit(command),
  });
  process.stdin.on("data", () => {
    const { user, system } = process.cpuUsage();
    process.stdout.write(`${user + system}\n`);
  });
  process.stdin.on("end", () => process.exit(0));
  process.stdout.write(`${socket.address.port}\n`);
}

if (process.argv[2] === "serve") await serve();
