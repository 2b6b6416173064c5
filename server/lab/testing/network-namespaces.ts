/**
 * A small network of hosts on one Linux machine: each host is a network namespace with a cable to each of two switches
 * (bridges in a namespace of their own). Cables can be pulled. Touches nothing outside its own namespaces; needs root.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";

export interface TestNetwork {
  /** Runs a program on a host (1, 2, …), or beside the switches (0), from where every host can be reached. */
  spawnOn(host: number, words: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess;
  /** Pulls both cables of a host, or plugs them in again. */
  setCables(host: number, plugged: boolean): void;
  close(): void;
}

const switches = [1, 2] as const;

/** Host 3 on switch 2 is 10.78.0.3. */
export function addressOn(host: number, network: 1 | 2): string {
  return `10.${76 + network}.0.${host}`;
}

/** Null where namespaces can be made, else why not. */
export function whyNoNamespaces(): string | null {
  if (process.platform !== "linux") return "network namespaces are a thing of Linux";
  const name = `tandem-${process.pid}-try`;
  const made = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (made.error !== undefined) return `ip cannot be run (${made.error.message})`;
  if (made.status !== 0) return `ip netns add: ${made.stderr.trim()}`;
  spawnSync("ip", ["netns", "del", name]);
  return null;
}

export function openTestNetwork(hosts: number): TestNetwork {
  const namespace = (host: number): string => `tandem-${process.pid}-${host}`;
  const all = Array.from({ length: hosts + 1 }, (_, host) => namespace(host));
  const children: ChildProcess[] = [];
  const close = (): void => {
    for (const child of children) child.kill("SIGKILL");
    for (const one of all) spawnSync("ip", ["netns", "del", one]);
  };
  try {
    for (const one of all) {
      ip("netns", "add", one);
      ip("-n", one, "link", "set", "lo", "up");
    }
    for (const network of switches) {
      ip("-n", namespace(0), "link", "add", `switch${network}`, "type", "bridge");
      ip("-n", namespace(0), "link", "set", `switch${network}`, "up");
      ip("-n", namespace(0), "addr", "add", `${addressOn(254, network)}/24`, "dev", `switch${network}`);
      for (let host = 1; host <= hosts; host += 1) plug(namespace(0), namespace(host), host, network);
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    spawnOn(host, words, environment) {
      const child = spawn("ip", ["netns", "exec", namespace(host), ...words], {
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, ...environment },
      });
      children.push(child);
      return child;
    },
    setCables(host, plugged) {
      for (const network of switches) ip("-n", namespace(0), "link", "set", `port${network}-${host}`, plugged ? "up" : "down");
    },
    close,
  };
}

function plug(hub: string, host: string, number: number, network: 1 | 2): void {
  const port = `port${network}-${number}`;
  ip("-n", hub, "link", "add", port, "type", "veth", "peer", "name", `eth${network}`, "netns", host);
  ip("-n", hub, "link", "set", port, "master", `switch${network}`);
  ip("-n", hub, "link", "set", port, "up");
  ip("-n", host, "addr", "add", `${addressOn(number, network)}/24`, "dev", `eth${network}`);
  ip("-n", host, "link", "set", `eth${network}`, "up");
}

function ip(...words: string[]): void {
  const result = spawnSync("ip", words, { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`ip ${words.join(" ")}: ${result.stderr}`);
}
