/**
 * A real osmo-mgw of its own for a test: no root, a free port for MGCP, a loopback address of its own for the VTY and CTRL, whose ports
 * cannot be chosen. It answers everybody (no call agent is configured) and keeps a full endpoint's connections (force-realloc 0).
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostPort } from "../../core/site/site.ts";

const vtyPort = 4243;
const startLimitMs = 10_000;

export interface OsmoMgwProcess {
  readonly mgcp: HostPort;
  readonly vty: HostPort;
  /** Ends at once, as if the power failed. */
  kill(): Promise<void>;
  /** The same gear again, on the same ports. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

let instances = 0;

export async function startOsmoMgw(endpoints: number, program = "osmo-mgw"): Promise<OsmoMgwProcess> {
  if (spawnSync(program, ["--version"]).error !== undefined) {
    throw new Error(`${program} is not installed: install osmo-mgw (Debian 12: apt-get install osmo-mgw), then run this again`);
  }
  instances += 1;
  const vty = { host: `127.77.${process.pid % 250}.${instances + 1}`, port: vtyPort };
  const mgcp = { host: "127.0.0.1", port: await freeUdpPort() };
  const folder = mkdtempSync(join(tmpdir(), "tandem-osmo-"));
  const config = join(folder, "osmo-mgw.cfg");
  const rtpPorts = Math.max(98, 4 * endpoints);
  const rtpFrom = await freeRtpRange(rtpPorts);
  writeFileSync(config, configuration({ mgcp, vty, endpoints, rtpFrom, rtpTo: rtpFrom + rtpPorts }));
  let child: ChildProcess | null = null;
  let output = "";

  async function start(): Promise<void> {
    // Two sockets to a connection: five hundred need more than a process usually has.
    const started = spawn("/bin/sh", ["-c", 'ulimit -n 8192 2>/dev/null; exec "$0" "$@"', program, "-s", "-c", config], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.on("data", (part: Buffer) => {
        output = (output + part.toString()).slice(-4_000);
      });
    }
    started.once("exit", (code, signal) => {
      if (child === started) process.stderr.write(`${program} ended by itself (${code ?? signal}):\n${output}\n`);
    });
    const endsAt = Date.now() + startLimitMs;
    while (!(await isUp(mgcp))) {
      if (started.exitCode !== null || Date.now() > endsAt) throw new Error(`${program} did not start:\n${output}`);
    }
  }

  async function kill(): Promise<void> {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      running.once("exit", () => resolve());
      running.kill("SIGKILL");
    });
  }

  const gear = {
    mgcp,
    vty,
    kill,
    start,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await start();
  return gear;
}

interface Place {
  readonly mgcp: HostPort;
  readonly vty: HostPort;
  readonly endpoints: number;
  readonly rtpFrom: number;
  readonly rtpTo: number;
}

function configuration({ mgcp, vty, endpoints, rtpFrom, rtpTo }: Place): string {
  return `log stderr
 logging level set-all error
line vty
 no login
 bind ${vty.host}
ctrl
 bind ${vty.host}
mgcp
 domain mgw
 bind ip ${mgcp.host}
 bind port ${mgcp.port}
 rtp bind-ip 127.0.0.1
 rtp port-range ${rtpFrom} ${rtpTo}
 number endpoints ${endpoints}
 force-realloc 0
 no rtp keep-alive
`;
}

/** One AUEP, answered or not within a moment. */
function isUp(at: HostPort): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const finish = (up: boolean): void => {
      clearTimeout(timer);
      socket.close();
      resolve(up);
    };
    const timer = setTimeout(() => finish(false), 100);
    socket.on("message", () => finish(true));
    socket.send("AUEP 1 rtpbridge/1@mgw MGCP 1.0\r\n", at.port, at.host);
  });
}

/** So many UDP ports in a row that nobody has, below those that the system hands out. */
async function freeRtpRange(ports: number): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const from = 12_000 + 2 * Math.floor((Math.random() * (30_000 - 12_000 - ports)) / 2);
    if (await areFree(from, from + ports)) return from;
  }
  throw new Error(`no ${ports} free UDP ports in a row`);
}

async function areFree(from: number, to: number): Promise<boolean> {
  const sockets: Socket[] = [];
  try {
    for (let port = from; port <= to; port += 1) {
      const socket = createSocket("udp4");
      sockets.push(socket);
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.bind(port, "127.0.0.1", resolve);
      });
    }
    return true;
  } catch {
    return false;
  } finally {
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
