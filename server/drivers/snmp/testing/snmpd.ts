/** Debian's snmpd on loopback, started for a test and stopped after it: with users of v3 and a table of ours. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freeUdpPort } from "./free-udp-port.ts";

const program = ["/usr/sbin/snmpd", "/usr/local/sbin/snmpd"].find((path) => existsSync(path));
const script = fileURLToPath(new URL("./pass-persist.mjs", import.meta.url));

/** Rows of callActiveTable: set-up, index, number of the other party, RFC 2128 state. */
export type PassedRow = readonly [setupTicks: number, index: number, number: string, state: number];

export class Snmpd {
  readonly port: number;
  readonly #folder: string;
  readonly #config: string;
  #process: ChildProcess | null = null;

  private constructor(port: number, folder: string, users: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#config = join(folder, "snmpd.conf");
    this.pass([]);
    const lines = [
      "rocommunity public",
      "sysDescr Debian snmpd under test",
      `pass_persist .1.3.6.1.2.1.10.21 ${process.execPath} ${script} ${join(folder, "rows.json")}`,
      ...users,
    ];
    writeFileSync(this.#config, `${lines.join("\n")}\n`);
  }

  /** @param users lines of snmpd.conf: createUser and rouser */
  static async start(users: readonly string[] = []): Promise<Snmpd> {
    if (program === undefined) throw new Error("snmpd is not installed (Debian: apt-get install snmpd)");
    const snmpd = new Snmpd(await freeUdpPort(), mkdtempSync(join(tmpdir(), "tandem-snmpd-")), users);
    await snmpd.run();
    return snmpd;
  }

  /**
   * The rows that it serves from now on.
   * @param count how many it says that there are
   */
  pass(rows: readonly PassedRow[], count = rows.length): void {
    writeFileSync(join(this.#folder, "rows.json"), JSON.stringify({ rows, count }));
  }

  /** From now on it has nothing to do with calls. */
  passNothing(): void {
    writeFileSync(join(this.#folder, "rows.json"), JSON.stringify({ rows: null }));
  }

  async run(): Promise<void> {
    const words = ["-f", "-Le", "-C", "-c", this.#config, "-I", "-smux", `udp:127.0.0.1:${this.port}`];
    const child = spawn(program!, words, {
      env: { ...process.env, SNMP_PERSISTENT_DIR: join(this.#folder, "persistent") },
      stdio: ["ignore", "ignore", "pipe"],
      // A group of its own: its script inherits the socket and would keep the port.
      detached: true,
    });
    this.#process = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`snmpd does not start: ${said}`)), 10_000);
      child.stderr!.on("data", (text: Buffer) => {
        said += text.toString();
        if (!said.includes("NET-SNMP version")) return;
        clearTimeout(timer);
        resolve();
      });
      child.once("exit", () => reject(new Error(`snmpd ended: ${said}`)));
    });
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, "exit");
    process.kill(-child.pid!, "SIGKILL");
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
