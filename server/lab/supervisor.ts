/**
 * Starts every node of the lab as a process of its own and does to them what the fault buttons ask.
 * Keeps the table of cuts, and gives it again to every node that starts or wakes up.
 */
import type { NodeName } from "../core/identity.ts";
import type { HostPort, Site } from "../core/site/site.ts";
import type { LabNode, LabStatus } from "../core/status/lab-status.ts";
import type { Cut } from "../core/status/node-status.ts";
import { createOperatorClient, type OperatorClient } from "../runtime/operator-client.ts";
import { type Commissioning, openCommissioning } from "./commissioning.ts";
import { addCuts, type CutRequest, cutsOf, removeCuts } from "./cuts.ts";
import { type DataFolder, rememberChildren } from "./data-folder.ts";
import { NodeProcess } from "./node-process.ts";

export interface SupervisorOptions {
  readonly site: Site;
  readonly folder: DataFolder;
  /** Program and words before `<kind> <name> …`. */
  readonly nodeCommand: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly traffic: () => LabStatus["traffic"];
  /** For the person at the terminal. */
  say(text: string): void;
}

export type LabAction = "kill" | "freeze" | "thaw" | "restart";

const faultsTimeoutMs = 1000;

/** A node that takes longer than this to start is in trouble, and the console is there to show it. */
const consoleAfterMs = 8000;

export class Supervisor {
  private readonly options: SupervisorOptions;
  /** Starts the console even if some node never gets ready; null once it was started. */
  private consoleFallback: NodeJS.Timeout | null = null;
  private readonly nodes = new Map<NodeName, NodeProcess>();
  private readonly operators = new Map<NodeName, OperatorClient>();
  private readonly startedAt = Date.now();
  private readonly commissioning: Commissioning;
  private cuts: readonly Cut[] = [];
  private stopping = false;
  private everReady = false;

  constructor(options: SupervisorOptions) {
    this.options = options;
    const { site } = options;
    this.commissioning = openCommissioning(options.folder.path);
    // Voters first: a server that starts finds its jury there.
    for (const one of site.witnesses) this.add(one.name, "witness", one.operator);
    for (const one of site.gateways) this.add(one.name, "gateway", one.operator);
    for (const one of site.servers) this.add(one.name, "call-server", one.operator);
    this.add("console", "console", null);
  }

  /** The console comes last: loading the pages would take the processor from servers that are about to take the title. */
  startAll(): void {
    for (const node of this.nodes.values()) if (node.kind !== "console") node.start();
    this.consoleFallback = setTimeout(() => this.startConsole(), consoleAfterMs);
  }

  private startConsole(): void {
    if (this.consoleFallback === null) return;
    clearTimeout(this.consoleFallback);
    this.consoleFallback = null;
    this.nodes.get("console")?.start();
  }

  private controlNodesRun(): boolean {
    return [...this.nodes.values()].every((node) => node.kind === "console" || node.describe().state === "running");
  }

  status(): LabStatus {
    return {
      supervisorPid: process.pid,
      startedAt: this.startedAt,
      ready: this.everReady,
      nodes: [...this.nodes.values()].map((node) => node.describe()),
      cuts: this.cuts,
      traffic: this.options.traffic(),
    };
  }

  knows(name: NodeName): boolean {
    return this.nodes.has(name);
  }

  /** True once every node has said `ready` while a server held the title; faults later do not unsay it. */
  checkReady(primary: NodeName | null): boolean {
    const all = [...this.nodes.values()].every((node) => node.describe().state === "running");
    this.everReady ||= all && primary !== null;
    return this.everReady;
  }

  /** The server that holds the title, as it says itself. */
  async primary(): Promise<NodeName | null> {
    for (const { name } of this.options.site.servers) {
      const reply = await this.operators.get(name)?.get<{ title?: { held?: boolean } }>("/status", { timeoutMs: faultsTimeoutMs });
      if (reply?.ok && reply.value.title?.held === true) return name;
    }
    return null;
  }

  /** Null when done, else why not. */
  async act(action: LabAction, name: NodeName): Promise<string | null> {
    const node = this.nodes.get(name);
    if (node === undefined) return `there is no node ${name}; nodes are ${[...this.nodes.keys()].join(", ")}`;
    if (action === "restart") await node.restart();
    const done = action === "restart" || (action === "kill" ? await node.kill() : action === "freeze" ? node.freeze() : node.thaw());
    if (action === "thaw" && done) void this.sendCuts(name);
    return done ? null : `${name} is ${node.describe().state}: nothing to ${action}`;
  }

  async cut(request: CutRequest): Promise<void> {
    this.cuts = addCuts(this.cuts, cutsOf(request));
    await this.sendCutsToAll();
  }

  async heal(request: CutRequest): Promise<void> {
    this.cuts = removeCuts(this.cuts, cutsOf(request));
    await this.sendCutsToAll();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.consoleFallback !== null) clearTimeout(this.consoleFallback);
    this.consoleFallback = null;
    // The console first, so that no page reports the rest as failures.
    await this.nodes.get("console")?.stop();
    await Promise.all([...this.nodes.values()].map((node) => node.stop()));
    for (const operator of this.operators.values()) operator.close();
  }

  private add(name: NodeName, kind: LabNode["kind"], operator: HostPort | null): void {
    const { folder, nodeCommand, environment } = this.options;
    const words = [kind, name, "--config", folder.siteFile, "--data", folder.nodeFolder(name)];
    const node = new NodeProcess({
      name,
      kind,
      command: [...nodeCommand, ...words],
      folder: folder.nodeFolder(name),
      logFile: folder.logFile(name),
      environment: () => ({ ...environment, TANDEM_COMMISSION: this.commissioning.needed(name) ? "1" : "0" }),
      onChange: (changed, what) => this.changed(changed, what),
    });
    this.nodes.set(name, node);
    if (operator !== null)
      this.operators.set(name, createOperatorClient({ ...operator, token: folder.operatorToken, timeoutMs: faultsTimeoutMs }));
  }

  private changed(node: NodeProcess, what: "state" | "ready"): void {
    if (what === "ready") {
      this.commissioning.done(node.name);
      if (this.controlNodesRun()) this.startConsole();
      void this.sendCuts(node.name);
      return;
    }
    const running = [...this.nodes.values()].map((one) => one.running()).filter((one) => one !== null);
    if (!this.stopping) rememberChildren(this.options.folder.path, running);
    if (node.lastExit() !== "" && !this.stopping) {
      this.options.say(`${node.name} stopped by itself (${node.lastExit()}); its log: ${this.options.folder.logFile(node.name)}`);
    }
  }

  private async sendCutsToAll(): Promise<void> {
    await Promise.all([...this.operators.keys()].map((name) => this.sendCuts(name)));
  }

  /** A node that does not answer gets the table when it starts or wakes up. */
  private async sendCuts(name: NodeName): Promise<void> {
    const node = this.nodes.get(name);
    if (node === undefined || node.describe().state !== "running") return;
    await this.operators.get(name)?.post("/faults", { cuts: this.cuts }, { timeoutMs: faultsTimeoutMs });
  }
}
