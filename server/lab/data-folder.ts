/** The lab's data folder: where everything lies, who holds it, its secrets, and the children of an earlier supervisor. */
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeDurably } from "../runtime/durable-file.ts";
import { identifyProcess, type ProcessIdentity, stillRuns } from "./process-identity.ts";

export interface DataFolder {
  readonly path: string;
  readonly siteFile: string;
  readonly operatorToken: string;
  nodeFolder(name: string): string;
  logFile(name: string): string;
}

const largestLogBytes = 16 * 1024 * 1024;

/** Makes what is missing: folders and keys. */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  for (const inside of ["keys", "nodes", "log", "console"]) mkdirSync(join(path, inside), { recursive: true });
  const secret = (name: string): string => {
    const file = join(path, "keys", name);
    if (!existsSync(file)) writeDurably(file, `${randomBytes(32).toString("hex")}\n`, 0o600);
    return readFileSync(file, "utf8").trim();
  };
  secret("cluster.key");
  return {
    path,
    siteFile: join(path, "tandem.yaml"),
    operatorToken: secret("operator.token"),
    nodeFolder: (name) => join(path, name === "console" ? "console" : `nodes/${name}`),
    logFile: (name) => join(path, "log", `${name}.log`),
  };
}

/** Opens a log for appending; one that grew large makes room once. */
export function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > largestLogBytes) renameSync(file, `${file}.1`);
  return openSync(file, "a");
}

/**
 * Holds the folder for this process, or names the process that holds it. The holder is recognised by pid and start instant,
 * so a supervisor that was killed holds nothing.
 */
export function holdDataFolder(path: string): { readonly held: true; release(): void } | { readonly held: false; readonly by: number } {
  const file = join(path, "lab.lock");
  const own = identifyProcess(process.pid) ?? { pid: process.pid, startedAs: "" };
  for (;;) {
    try {
      const handle = openSync(file, "wx", 0o644);
      writeSync(handle, JSON.stringify(own));
      closeSync(handle);
      return { held: true, release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = readIdentity(file);
    if (holder !== null && stillRuns(holder)) return { held: false, by: holder.pid };
    rmSync(file, { force: true });
  }
}

/** Remembers the children, so that the next supervisor can end them if this one is killed. */
export function rememberChildren(path: string, children: readonly ProcessIdentity[]): void {
  writeDurably(join(path, "children.json"), JSON.stringify(children), 0o644);
}

/** Ends the children that an earlier supervisor left behind; returns how many there were. */
export async function endStaleChildren(path: string): Promise<number> {
  const stale = readIdentities(join(path, "children.json")).filter(stillRuns);
  // A frozen child would ignore anything gentler.
  for (const { pid } of stale) process.kill(pid, "SIGKILL");
  for (let tries = 0; tries < 200 && stale.some(stillRuns); tries += 1) await new Promise((done) => setTimeout(done, 10));
  return stale.length;
}

function readIdentities(file: string): ProcessIdentity[] {
  const value = readJson(file);
  return Array.isArray(value) ? value.filter(isIdentity) : [];
}

function readIdentity(file: string): ProcessIdentity | null {
  const value = readJson(file);
  return isIdentity(value) ? value : null;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  const identity = value as Partial<ProcessIdentity> | null;
  return typeof identity?.pid === "number" && Number.isInteger(identity.pid) && identity.pid > 1 && typeof identity.startedAs === "string";
}
