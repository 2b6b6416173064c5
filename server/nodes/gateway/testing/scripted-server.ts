/**
 * For tests: a site of two call servers and some gateways on free ports, real gateway nodes in this process,
 * and call servers that do what the test says: claim, beat, command, audit.
 */
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Envelope, LinkMessage } from "../../../core/control/link-message.ts";
import type { NodeName } from "../../../core/identity.ts";
import type { Site } from "../../../core/site/site.ts";
import { command } from "../../../protocols/mgcp/encode.ts";
import type { Command, Parameters, Response, Verb } from "../../../protocols/mgcp/message.ts";
import { auditRange } from "../../../protocols/mgcp/transaction-range.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { Counters } from "../../../runtime/counters.ts";
import { FaultTable } from "../../../runtime/faults.ts";
import { createLinkKeys, type LinkKeys } from "../../../runtime/keys.ts";
import { createLinkOrigin, type LinkSocket, openLinkSocket } from "../../../runtime/link-socket.ts";
import { type MgcpSocket, openMgcpSocket } from "../../../runtime/mgcp-socket.ts";
import { loadSite, readSecret } from "../../../runtime/site-file.ts";

const host = "127.0.0.1";
export const operatorToken = "operator-token-for-tests";

/** Ports given out already: the system may offer one again as soon as it is let go. */
const given = new Set<string>();

async function freePort(transport: "udp" | "tcp"): Promise<number> {
  for (;;) {
    const port = await offeredPort(transport);
    const key = `${transport} ${port}`;
    if (given.has(key)) continue;
    given.add(key);
    return port;
  }
}

async function offeredPort(transport: "udp" | "tcp"): Promise<number> {
  if (transport === "tcp") {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

export interface TestGateway {
  readonly name: string;
  readonly kind: "trunk" | "interface";
  readonly endpoints: number;
  readonly portFrom: number;
  /** True: it answers SIP too. */
  readonly sip?: boolean;
}

export interface TestSite {
  readonly config: string;
  readonly folder: string;
  readonly site: Site;
  readonly keys: LinkKeys;
  remove(): void;
}

export async function makeSite(gateways: readonly TestGateway[]): Promise<TestSite> {
  const folder = mkdtempSync(join(tmpdir(), "tandem-gateway-"));
  writeFileSync(join(folder, "cluster.key"), "a cluster key for tests only");
  writeFileSync(join(folder, "operator.token"), operatorToken);
  const udp = async (): Promise<string> => `${host}:${await freePort("udp")}`;
  const tcp = async (): Promise<string> => `${host}:${await freePort("tcp")}`;
  const servers = [];
  for (const [rank, name] of ["cs-a", "cs-b"].entries()) {
    servers.push({ name, rank, link: { path1: await udp(), path2: await udp() }, mgcp: await udp(), operator: await tcp() });
  }
  const specs = [];
  for (const { name, kind, endpoints, portFrom, sip } of gateways) {
    specs.push({
      name,
      kind,
      voter: true,
      priority: 1,
      link: await udp(),
      mgcp: await udp(),
      snmp: { address: await udp(), community: "public" },
      operator: await tcp(),
      ...(sip === true ? { sip: await tcp() } : {}),
      rtp: { host, portFrom, portTo: portFrom + 199 },
      endpoints: { prefix: kind === "trunk" ? "ds/e1-1/" : "aaln/", count: endpoints },
      ...(kind === "trunk" ? {} : { firstNumber: "2001" }),
    });
  }
  const config = join(folder, "tandem.yaml");
  const document = {
    site: "test",
    cluster: "test-1",
    // Scripted servers claim on their own account, more often than a site would put up with.
    automaticChanges: { limit: 1000, windowSeconds: 3600 },
    operatorToken: "file:operator.token",
    keys: [{ id: 1, secret: "file:cluster.key" }],
    servers,
    gateways: specs,
    witnesses: [{ name: "wit-1", link: await udp(), operator: await tcp() }],
  };
  writeFileSync(config, stringify(document));
  const { site, path } = loadSite(config);
  const keys = createLinkKeys(site.keys.map((key) => ({ id: key.id, secret: readSecret(key.secret, path) })));
  return { config, folder, site, keys, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

type Answered = { readonly from: NodeName; readonly message: LinkMessage };

export class ScriptedServer {
  readonly name: NodeName;
  readonly boot: number;
  readonly notified: Command[] = [];
  /** Answer to the next notifications; null = none. */
  answerCode: number | null = 200;
  epoch = 0;
  private readonly site: Site;
  private readonly answers: Answered[] = [];
  private readonly waiting = new Set<() => void>();
  private link!: LinkSocket;
  private mgcp!: MgcpSocket;
  private beating: NodeJS.Timeout | null = null;

  private constructor(name: NodeName, site: Site, boot: number) {
    this.name = name;
    this.site = site;
    this.boot = boot;
  }

  static async open(name: NodeName, { site, keys }: TestSite, boot = Date.now()): Promise<ScriptedServer> {
    const server = new ScriptedServer(name, site, boot);
    const spec = site.servers.find((one) => one.name === name);
    if (spec === undefined) throw new Error(`no server ${name}`);
    const common = { self: name, keys, clock: systemClock(), faults: new FaultTable(), counters: new Counters() };
    server.link = await openLinkSocket({
      ...common,
      cluster: site.cluster,
      path: 1,
      bind: spec.link.path1,
      origin: createLinkOrigin(boot),
      nodes: new Map([...site.gateways, ...site.witnesses].map((voter) => [voter.name, voter.link])),
      onMessage: (envelope: Envelope, message) => {
        server.answers.push({ from: envelope.from, message });
        server.wake();
      },
    });
    server.mgcp = await openMgcpSocket({
      ...common,
      role: "server",
      bind: spec.mgcp,
      boot,
      range: auditRange(spec.rank, boot),
      nodes: new Map(site.gateways.map((gateway) => [gateway.name, gateway.mgcp])),
      onCommand: (received) => {
        server.notified.push(received);
        server.wake();
        return server.answerCode === null ? null : { code: server.answerCode };
      },
    });
    return server;
  }

  private wake(): void {
    for (const one of this.waiting) one();
    this.waiting.clear();
  }

  /** The first value that is not null; an error when it does not come in time. */
  async until<T>(what: string, look: () => T | null | undefined, withinMs = 5_000): Promise<T> {
    const endsAt = Date.now() + withinMs;
    for (;;) {
      const found = look();
      if (found !== null && found !== undefined) return found;
      if (Date.now() > endsAt) throw new Error(`${this.name} waited in vain for ${what}`);
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
        setTimeout(resolve, 20);
      });
    }
  }

  send(to: NodeName, message: LinkMessage): void {
    this.link.send(to, message);
  }

  async answerTo(to: NodeName, message: LinkMessage): Promise<Extract<LinkMessage, { kind: "answer" }>> {
    this.answers.length = 0;
    const { sequence } = this.link.send(to, message);
    return this.until(`an answer of ${to}`, () => {
      const found = this.answers.find(
        ({ from, message: answer }) => from === to && answer.kind === "answer" && answer.toSequence === sequence,
      );
      return found?.message as Extract<LinkMessage, { kind: "answer" }> | undefined;
    });
  }

  /** The next message of this kind. */
  heard(kind: LinkMessage["kind"]): Promise<LinkMessage> {
    return this.until(kind, () => this.answers.find(({ message }) => message.kind === kind)?.message);
  }

  received(kind: LinkMessage["kind"]): number {
    return this.answers.filter(({ message }) => message.kind === kind).length;
  }

  async claim(to: NodeName, epoch: number): Promise<string | null> {
    this.epoch = epoch;
    const claim = {
      epoch: { number: epoch, server: this.name },
      leaseMs: 450,
      votersVersion: 1,
      purpose: "title",
      forced: false,
      automatic: true,
      contests: true,
    } as const;
    return (await this.answerTo(to, { kind: "claim", ...claim })).refusal;
  }

  private keepalive(): LinkMessage {
    const epoch = { number: this.epoch, server: this.name };
    const load = {
      calls: 0,
      capacityCalls: 100,
      loadPercent: 0,
      digest: "0".repeat(16),
      condition: "ok" as const,
      ready: true,
      pauseSetAt: 0,
      acknowledgedEpoch: 0,
    };
    return { kind: "keepalive", epoch, role: "primary", title: true, leaseMs: 450, votersVersion: 1, ...load };
  }

  /** One keepalive, answered. */
  beat(to: NodeName): Promise<Extract<LinkMessage, { kind: "answer" }>> {
    return this.answerTo(to, this.keepalive());
  }

  startBeating(): void {
    const beat = (): void => {
      for (const gateway of this.site.gateways) this.link.send(gateway.name, this.keepalive());
    };
    beat();
    this.beating = setInterval(beat, 100);
  }

  stopBeating(): void {
    if (this.beating !== null) clearInterval(this.beating);
    this.beating = null;
  }

  /** A command in this server's epoch; audits go without one. */
  async command(verb: Verb, endpoint: string, parameters: Parameters = {}, body: string | null = null): Promise<Response> {
    const gateway = this.site.gateways.find((one) => endpoint.endsWith(`@${one.name}`));
    if (gateway === undefined) throw new Error(`no gateway for ${endpoint}`);
    const audit = verb === "AUEP" || verb === "AUCX";
    const result = await this.mgcp.request({ node: gateway.name, ...gateway.mgcp }, command(verb, endpoint, parameters, body), {
      deadlineMs: 3_000,
      ...(audit ? {} : { epoch: this.epoch }),
    });
    if (result.kind !== "response") throw new Error(`${verb} ${endpoint}: ${result.kind}`);
    return result.response;
  }

  /** The first notification of this endpoint that has this event; taken out. */
  async event(endpoint: string, name: string): Promise<Command> {
    return this.until(`${name} of ${endpoint}`, () => {
      const at = this.notified.findIndex(
        (one) =>
          one.verb === "NTFY" &&
          one.endpoint === endpoint &&
          one.parameters.observedEvents?.some((event) => event.name.toLowerCase() === name),
      );
      return at < 0 ? null : this.notified.splice(at, 1)[0];
    });
  }

  async close(): Promise<void> {
    this.stopBeating();
    await this.link.close();
    await this.mgcp.close();
  }
}
