/**
 * The site that is played: every node a real process on a machine of its own, with its own site file and its own disk, and what can be
 * done to it. Started and ended only here.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { NodeName } from "../core/identity.ts";
import type { Site } from "../core/site/site.ts";
import type { NodeStatus, ServerStatus } from "../core/status/node-status.ts";
import { NodeProcess } from "../lab/node-process.ts";
import { createOperatorClient, type OperatorClient } from "../runtime/operator-client.ts";
import { loadSite, readSecret } from "../runtime/site-file.ts";
import type { Machine } from "./machines.ts";
import { namespaceOf } from "./namespaces.ts";
import { type SiteFileOptions, siteValue } from "./site-files.ts";

export interface PlayedSiteOptions extends SiteFileOptions {
  readonly prefix: string;
  /** Everything of the run lies here. */
  readonly folder: string;
  /** Program and words before `<kind> <name> …`. */
  readonly nodeCommand: readonly string[];
  /** A node ended and nobody had asked it to. */
  onUnaskedEnd(name: NodeName, how: string): void;
}

const readyLimitMs = 20_000;
const titleLimitMs = 5000;

export class PlayedSite {
  readonly machines: readonly Machine[];
  readonly site: Site;
  readonly token: string;
  private readonly options: PlayedSiteOptions;
  private readonly nodes = new Map<NodeName, NodeProcess>();
  private readonly operators = new Map<NodeName, OperatorClient>();
  /** Put into service once: a voter that finds its disk empty later has lost it. */
  private readonly commissioned = new Set<NodeName>();
  private readonly awaiting = new Map<NodeName, () => void>();
  private wipes = 0;

  constructor(options: PlayedSiteOptions) {
    this.options = options;
    this.machines = options.machines;
    const { folder } = options;
    for (const inside of ["keys", "nodes", "log", "wiped"]) mkdirSync(join(folder, inside), { recursive: true });
    for (const secret of ["cluster.key", "operator.token"]) {
      writeFileSync(join(folder, "keys", secret), `${randomBytes(32).toString("hex")}\n`, { mode: 0o600 });
    }
    const fileOf = (name: NodeName | null): string => join(folder, `tandem${name === null ? "" : `-${name}`}.yaml`);
    for (const self of [null, ...this.machines.map(({ name }) => name)]) writeFileSync(fileOf(self), stringify(siteValue(options, self)));
    const { site, path } = loadSite(fileOf(null));
    this.site = site;
    this.token = readSecret(site.operatorToken, path);
    for (const machine of this.machines) this.add(machine, fileOf(machine.name));
  }

  names(kind?: Machine["kind"]): NodeName[] {
    return this.machines.filter((machine) => kind === undefined || machine.kind === kind).map(({ name }) => name);
  }

  machine(name: NodeName): Machine {
    const machine = this.machines.find((one) => one.name === name);
    if (machine === undefined) throw new Error(`there is no node ${name}; nodes are ${this.names().join(", ")}`);
    return machine;
  }

  /** Voters first, so that a server that starts finds its jury; then the preferred server, which shall have the title. Resolves when all serve. */
  async startAll(): Promise<void> {
    const [preferred, ...others] = this.names("call-server");
    await Promise.all([...this.names("gateway"), ...this.names("witness")].map((name) => this.start(name)));
    if (preferred !== undefined) {
      await this.start(preferred);
      await this.awaitTitle(preferred);
    }
    await Promise.all(others.map((name) => this.start(name)));
  }

  /** Whoever is late has it from somebody else; the scenario says whether that matters. */
  private async awaitTitle(server: NodeName): Promise<void> {
    const end = performance.now() + titleLimitMs;
    while (performance.now() < end && (await this.status<ServerStatus>(server))?.title.held !== true) {
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Resolves when it serves. */
  async start(name: NodeName): Promise<void> {
    const node = this.node(name);
    if (node.running() !== null) return;
    const ready = new Promise<void>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`${name} did not serve within ${readyLimitMs / 1000} s; see log/${name}.log`)),
        readyLimitMs,
      );
      this.awaiting.set(name, () => {
        clearTimeout(limit);
        resolve();
      });
    });
    node.start();
    await ready;
  }

  state(name: NodeName): "running" | "frozen" | "down" {
    const node = this.node(name);
    if (node.running() === null) return "down";
    return node.describe().state === "frozen" ? "frozen" : "running";
  }

  kill(name: NodeName): Promise<boolean> {
    return this.node(name).kill();
  }

  freeze(name: NodeName): boolean {
    return this.node(name).freeze();
  }

  thaw(name: NodeName): boolean {
    return this.node(name).thaw();
  }

  /** The disk of a node that is down is lost. What it held is put aside for the checks, where no node finds it. */
  wipe(name: NodeName): void {
    if (this.state(name) !== "down") throw new Error(`${name} runs: only the disk of a node that is down can be wiped`);
    const folder = join(this.options.folder, "nodes", name);
    if (!existsSync(folder)) return;
    this.wipes += 1;
    renameSync(folder, join(this.options.folder, "wiped", `${String(this.wipes).padStart(4, "0")}-${name}`));
  }

  async status<T extends NodeStatus>(name: NodeName, timeoutMs = 1000): Promise<T | null> {
    if (this.state(name) !== "running") return null;
    const reply = await this.client(name).get<T>("/status", { timeoutMs });
    return reply.ok ? reply.value : null;
  }

  client(name: NodeName): OperatorClient {
    const client = this.operators.get(name);
    if (client === undefined) throw new Error(`there is no node ${name}`);
    return client;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.nodes.values()].map((node) => node.stop()));
    for (const operator of this.operators.values()) operator.close();
  }

  private node(name: NodeName): NodeProcess {
    const node = this.nodes.get(name);
    if (node === undefined) throw new Error(`there is no node ${name}; nodes are ${this.names().join(", ")}`);
    return node;
  }

  private add({ name, kind }: Machine, siteFile: string): void {
    const { folder, prefix, nodeCommand, onUnaskedEnd } = this.options;
    const data = join(folder, "nodes", name);
    const node = new NodeProcess({
      name,
      kind,
      command: [
        "ip",
        ...["netns", "exec", namespaceOf(prefix, name)],
        ...nodeCommand,
        ...[kind, name, "--config", siteFile, "--data", data],
      ],
      folder: data,
      logFile: join(folder, "log", `${name}.log`),
      environment: () => ({ NODE_ENV: "production", TANDEM_COMMISSION: this.commissioned.has(name) ? "0" : "1" }),
      onChange: (changed, what) => {
        if (what === "ready") {
          this.commissioned.add(name);
          this.awaiting.get(name)?.();
          this.awaiting.delete(name);
        } else if (changed.lastExit() !== "") onUnaskedEnd(name, changed.lastExit());
      },
    });
    this.nodes.set(name, node);
    const address = [...this.site.servers, ...this.site.gateways, ...this.site.witnesses].find((one) => one.name === name)?.operator;
    if (address === undefined) throw new Error(`${name} is not in the site file`);
    this.operators.set(name, createOperatorClient({ ...address, token: this.token, timeoutMs: 1000 }));
  }
}
