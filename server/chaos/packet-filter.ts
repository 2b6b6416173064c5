/** Gives the rules of `link-faults.ts` to the kernels of the machines, all at the same time, and says when they hold. */
import { spawn } from "node:child_process";
import { filterOf, type Loss, relayFilterOf } from "./link-faults.ts";
import type { Machine } from "./machines.ts";
import { namespaceOf, relay } from "./namespaces.ts";
import type { RelayedLane } from "./site-files.ts";

const nobody: Machine = { name: "", kind: "witness", voter: false, number: 0 };

export class PacketFilter {
  private readonly prefix: string;
  private readonly machines: readonly Machine[];
  /** Empty where no relay is in the way. */
  private readonly relayed: readonly RelayedLane[];
  private readonly applied = new Map<string, string>();

  constructor(prefix: string, machines: readonly Machine[], relayed: readonly RelayedLane[]) {
    this.prefix = prefix;
    this.machines = machines;
    this.relayed = relayed;
  }

  /** Resolves when every machine whose rules changed has the new ones. */
  async apply(losses: readonly Loss[]): Promise<void> {
    const wanted: (readonly [string, string])[] = this.machines.map((machine) => [machine.name, filterOf(machine, losses)]);
    if (this.relayed.length > 0) wanted.push([relay, relayFilterOf(this.relayed, losses)]);
    const changed = wanted.filter(([name, rules]) => (this.applied.get(name) ?? filterOf(nobody, [])) !== rules);
    await Promise.all(
      changed.map(async ([name, rules]) => {
        await restore(namespaceOf(this.prefix, name), rules);
        this.applied.set(name, rules);
      }),
    );
  }
}

function restore(namespace: string, rules: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("ip", ["netns", "exec", namespace, "iptables-restore"], { stdio: ["pipe", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (part: Buffer) => {
      said += part.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`iptables-restore in ${namespace}: ${said.trim()}`))));
    child.stdin.end(rules);
  });
}
