/**
 * The relay as a process of its own: `tsx bench/udp-relay/main.ts '<options as JSON>'`. Its first line is the port that it listens on;
 * each line of its input is answered with a report as JSON; it ends with its input.
 */
import { spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { Relay, type RelayOptions } from "./relay.ts";

// Whatever is measured beside it must not make it late, and it needs a third of a core at most. Only root may; without it the relay is as
// exact as the machine is idle.
spawnSync("chrt", ["--all-tasks", "--fifo", "--pid", "1", `${process.pid}`], { stdio: "ignore" });
const relay = new Relay(JSON.parse(process.argv[2] ?? "") as RelayOptions);
process.stdout.write(`${await relay.open()}\n`);
for await (const _ of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(relay.report())}\n`);
relay.close();
