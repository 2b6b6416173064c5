/**
 * One network namespace for each machine, cabled to three switches (bridges) in a namespace of their own. Nothing else on the host
 * is touched. Names carry the process that made them, so that what a killed run left behind is known and removed by the next one.
 */
import { spawnSync } from "node:child_process";
import { addressOf, hubNumber, type Machine, networks, relayNumber } from "./machines.ts";

const family = "tandem-chaos-";

/** The namespaces of one run. */
export interface Namespaces {
  readonly prefix: string;
  close(): void;
}

export function namespaceOf(prefix: string, machine: string): string {
  return `${prefix}${machine}`;
}

export const hub = "hub";
export const relay = "relay";

/** Null where namespaces with rules can be made, else why not, in one sentence. */
export function whyNoNamespaces(): string | null {
  if (process.platform !== "linux") return "Network namespaces are a thing of Linux.";
  const name = `${family}${process.pid}-try`;
  const made = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (made.error !== undefined) return `The program ip cannot be run (${made.error.message}); it belongs to iproute2.`;
  if (made.status !== 0) return `ip netns add: ${made.stderr.trim()}. It needs root, or CAP_NET_ADMIN and CAP_SYS_ADMIN.`;
  const cable = spawnSync("ip", ["-n", name, "link", "add", "cable-1", "type", "veth", "peer", "name", "cable-2"], { encoding: "utf8" });
  const rule = spawnSync(
    "ip",
    ["netns", "exec", name, "iptables", "-A", "INPUT", "-m", "statistic", "--mode", "random", "--probability", "0.5", "-j", "DROP"],
    { encoding: "utf8" },
  );
  spawnSync("ip", ["netns", "del", name]);
  if (cable.status !== 0) return `ip link add type veth: ${cable.stderr.trim()}.`;
  if (rule.status !== 0) return `iptables with its statistic match: ${(rule.stderr || rule.error?.message || "failed").trim()}.`;
  return null;
}

export function openNamespaces(machines: readonly Machine[], own: number = process.pid): Namespaces {
  const prefix = `${family}${own}-`;
  const hosts: readonly (readonly [name: string, number: number])[] = [
    [relay, relayNumber],
    ...machines.map(({ name, number }) => [name, number] as const),
  ];
  const names = [hub, ...hosts.map(([name]) => name)].map((name) => namespaceOf(prefix, name));
  const close = (): void => {
    for (const name of names) removeNamespace(name);
  };
  try {
    for (const name of names) {
      ip("netns", "add", name);
      ip("-n", name, "link", "set", "lo", "up");
    }
    const hubName = namespaceOf(prefix, hub);
    for (const network of networks) {
      ip("-n", hubName, "link", "add", `switch${network}`, "type", "bridge");
      ip("-n", hubName, "link", "set", `switch${network}`, "up");
      ip("-n", hubName, "addr", "add", `${addressOf(hubNumber, network)}/24`, "dev", `switch${network}`);
      for (const [name, number] of hosts) plug(hubName, namespaceOf(prefix, name), number, network);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { prefix, close };
}

function plug(hubName: string, host: string, number: number, network: number): void {
  const port = `port${network}-${number}`;
  ip("-n", hubName, "link", "add", port, "type", "veth", "peer", "name", `eth${network}`, "netns", host);
  ip("-n", hubName, "link", "set", port, "master", `switch${network}`, "up");
  ip("-n", host, "addr", "add", `${addressOf(number, network as 0 | 1 | 2)}/24`, "dev", `eth${network}`);
  ip("-n", host, "link", "set", `eth${network}`, "up");
}

/** Ends what still runs inside: it is ours by the namespace's name. */
function removeNamespace(name: string): void {
  const inside = spawnSync("ip", ["netns", "pids", name], { encoding: "utf8" });
  for (const pid of (inside.stdout ?? "").split(/\s+/).map(Number)) {
    if (Number.isInteger(pid) && pid > 1 && pid !== process.pid) end(pid);
  }
  spawnSync("ip", ["netns", "del", name]);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}

/** Removes what runs that are no more left behind; returns how many namespaces there were. */
export function removeLeftovers(): number {
  const listed = spawnSync("ip", ["netns", "list"], { encoding: "utf8" }).stdout ?? "";
  const stale = listed
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((name) => {
      const owner = new RegExp(`^${family}(\\d+)-`).exec(name)?.[1];
      return owner !== undefined && !runs(Number(owner));
    });
  for (const name of stale) removeNamespace(name);
  return stale.length;
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function ip(...words: string[]): void {
  const result = spawnSync("ip", words, { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`ip ${words.join(" ")}: ${result.stderr}`);
}
