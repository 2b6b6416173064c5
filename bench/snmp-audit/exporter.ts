/** Debian's prometheus-snmp-exporter, told by hand to read the same columns, and asked over HTTP on the loopback as Prometheus asks it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { processorMs } from "../processor-time.ts";
import type { WalkedColumn } from "./columns.ts";

export interface ScrapeReport {
  readonly ms: number;
  readonly samples: number;
}

const repetitions = 50;
const startMs = 10_000;

export class Exporter {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.#url = url;
  }

  static async start(columns: readonly WalkedColumn[]): Promise<Exporter> {
    const folder = mkdtempSync(join(tmpdir(), "exporter-"));
    const file = join(folder, "snmp.yml");
    writeFileSync(file, stringify({ tandem: moduleOf(columns) }));
    const port = await freePort();
    const words = [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`, "--log.level=error"];
    const child = spawn("prometheus-snmp-exporter", words, { stdio: ["ignore", "ignore", "inherit"] });
    const exporter = new Exporter(child, folder, `http://127.0.0.1:${port}`);
    await exporter.#isUp();
    return exporter;
  }

  get processorMs(): number {
    return processorMs(this.#child.pid ?? 0);
  }

  /** @param perRow the column of which one sample is counted for each row */
  async scrape(port: number, perRow: string): Promise<ScrapeReport> {
    const began = performance.now();
    const response = await fetch(`${this.#url}/snmp?module=tandem&target=127.0.0.1:${port}`);
    const text = await response.text();
    const ms = performance.now() - began;
    if (!response.ok) throw new Error(`the exporter answered ${response.status}: ${text.slice(0, 200)}`);
    return { ms, samples: text.split(`\n${perRow}{`).length - 1 };
  }

  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#child.kill();
    await ended;
    rmSync(this.#folder, { recursive: true });
  }

  async #isUp(): Promise<void> {
    const until = performance.now() + startMs;
    for (;;) {
      try {
        await fetch(this.#url);
        return;
      } catch (error) {
        if (performance.now() > until || this.#child.exitCode !== null) throw error;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }
}

function moduleOf(columns: readonly WalkedColumn[]) {
  const index = (labelname: string) => ({ labelname, type: "gauge" });
  return {
    version: 2,
    auth: { community: "tandem" },
    max_repetitions: repetitions,
    timeout: "20s",
    walk: columns.map(({ oid }) => oid),
    metrics: columns.map(({ oid, object, isText }) => ({
      name: object,
      oid,
      type: isText ? "OctetString" : "gauge",
      help: object,
      indexes: [index("callActiveSetupTime"), index("callActiveIndex")],
    })),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
