/** Debian's snmpbulkwalk over columns, one after another: how long it took, and how many variables it found. */
import { spawn } from "node:child_process";

export const repetitions = 50;

export interface WalkReport {
  readonly ms: number;
  readonly bindings: number;
}

/** No MIB files are read, and nothing is translated: it is as quick as it can be. */
export async function walkColumns(port: number, oids: readonly string[]): Promise<WalkReport> {
  const began = performance.now();
  let bindings = 0;
  for (const oid of oids) bindings += await walk(port, oid);
  return { ms: performance.now() - began, bindings };
}

function walk(port: number, oid: string): Promise<number> {
  // -r: over a slow path nothing that is only late is asked twice.
  const words = ["-v2c", "-c", "tandem", "-m", "", "-r2", "-t5", `-Cr${repetitions}`, "-Onq", `127.0.0.1:${port}`, oid];
  const walker = spawn("snmpbulkwalk", words, { stdio: ["ignore", "pipe", "inherit"] });
  let seen = 0;
  walker.stdout.on("data", (part: Buffer) => {
    for (let at = part.indexOf(0x0a); at >= 0; at = part.indexOf(0x0a, at + 1)) seen += 1;
  });
  return new Promise((resolve, reject) => {
    walker.on("error", reject);
    walker.on("close", (code) => (code === 0 ? resolve(seen) : reject(new Error(`snmpbulkwalk ended with ${code}`))));
  });
}
