/** The relay as the runner holds it: started in its own namespace, told of delays, asked how late it was. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { sameLane } from "./link-faults.ts";
import { addressOf, type Lane, relayNumber } from "./machines.ts";
import { namespaceOf, relay } from "./namespaces.ts";
import type { RelayOrder, RelayReport, RelayRule } from "./relay.ts";
import { linkTarget, type RelayedLane } from "./site-files.ts";

export class RelayProcess {
  /** Latest that it ever forwarded a datagram after its time, ms. */
  worstLateMs = 0;
  forwarded = 0;
  duplicated = 0;
  private readonly child: ChildProcess;
  private readonly lanes: readonly RelayedLane[];
  private rules = new Map<RelayedLane, RelayRule>();

  constructor(prefix: string, lanes: readonly RelayedLane[], program: readonly string[]) {
    this.lanes = lanes;
    this.child = spawn("ip", ["netns", "exec", namespaceOf(prefix, relay), ...program, "relay"], { stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdin?.on("error", () => {});
  }

  /** Resolves when it listens on every lane. */
  async open(seed: number): Promise<void> {
    const { child, lanes } = this;
    if (child.stdout === null) throw new Error("the relay has no output");
    const lines = createInterface({ input: child.stdout });
    const ready = new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the relay ended with ${code}`)));
      lines.on("line", (line) => {
        if (line === "ready") resolve();
        else this.note(JSON.parse(line) as RelayReport);
      });
    });
    this.order({
      kind: "lanes",
      seed,
      lanes: lanes.map((lane) => ({ host: addressOf(relayNumber, lane.path), port: lane.port, to: linkTarget(lane) })),
    });
    await ready;
  }

  /** @param rule null = these lanes pass on at once again */
  delay(lanes: readonly Lane[], rule: RelayRule | null): void {
    for (const lane of this.lanes.filter((one) => lanes.some((other) => sameLane(one, other)))) {
      if (rule === null) this.rules.delete(lane);
      else this.rules.set(lane, rule);
    }
    this.order({ kind: "rules", rules: this.lanes.map((lane) => this.rules.get(lane) ?? null) });
  }

  close(): void {
    this.child.removeAllListeners("exit");
    this.child.stdin?.end();
    this.child.kill("SIGKILL");
  }

  private note(report: RelayReport): void {
    this.worstLateMs = Math.max(this.worstLateMs, report.lateMs);
    this.forwarded = report.forwarded;
    this.duplicated = report.duplicated;
  }

  private order(order: RelayOrder): void {
    this.child.stdin?.write(`${JSON.stringify(order)}\n`);
  }
}
