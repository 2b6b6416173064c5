/**
 * One line to syslog: a datagram of RFC 5424 to a receiver, or this host's own log.
 * Node has no datagram sockets of the local kind, so /dev/log is reached through `logger`. Sent once: a lost line is counted, not repeated.
 */
import { spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { HostPort } from "../core/site/site.ts";
import { encodeSyslog, type SyslogMessage } from "../protocols/syslog.ts";
import { bareEnvironment } from "./bare-environment.ts";
import type { Counters } from "./counters.ts";

export interface SyslogSender {
  send(message: SyslogMessage): void;
  close(): void;
}

export interface SyslogOptions {
  readonly to: HostPort | "/dev/log";
  readonly counters: Counters;
  /** The program that writes to /dev/log. */
  readonly logger?: string;
}

const loggerLimitMs = 5_000;
/** A log daemon that hangs must not fill the host with processes. */
const mostLoggers = 4;

export function openSyslog(options: SyslogOptions): SyslogSender {
  const { to, counters } = options;
  const settled = (error: unknown): void => counters.add(error === null ? "notify.syslogSent" : "notify.syslogFailed");
  return to === "/dev/log" ? localSender(options.logger ?? "logger", settled) : datagramSender(to, settled);
}

function datagramSender(to: HostPort, settled: (error: unknown) => void): SyslogSender {
  let socket: Socket | null = null;
  const open = (): Socket => {
    const opened = createSocket(isIPv6(to.host) ? "udp6" : "udp4");
    // A refused datagram of before is told here; without a listener it would end the process.
    opened.on("error", settled);
    opened.unref();
    return opened;
  };
  return {
    send(message) {
      socket ??= open();
      socket.send(encodeSyslog(message), to.port, to.host, settled);
    },
    close: () => socket?.close(),
  };
}

function localSender(program: string, settled: (error: unknown) => void): SyslogSender {
  let running = 0;
  return {
    send(message) {
      if (running >= mostLoggers) return settled("busy");
      running += 1;
      const { facility, severity, appName, text, messageId, data } = message;
      const known = Object.entries(data).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      const words = ["--socket", "/dev/log", "--priority", `${facility}.${severityNames[severity]}`, "--tag", appName, "--size", "2048"];
      // The text goes in by its standard input: nothing in it can be taken for an option.
      const child = spawn(program, words, { stdio: ["pipe", "ignore", "ignore"], timeout: loggerLimitMs, env: bareEnvironment() });
      let told = false;
      const end = (error: unknown): void => {
        if (told) return;
        told = true;
        running -= 1;
        settled(error);
      };
      child.on("error", end);
      child.on("exit", (code) => end(code === 0 ? null : "failed"));
      child.stdin.on("error", () => {});
      child.stdin.end(`${[messageId, text, ...known].join(" ").replace(/\p{Cc}+/gu, " ")}\n`);
    },
    close() {},
  };
}

const severityNames = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
