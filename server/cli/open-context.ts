/** What a command works with: the same operations context as the console's, but asking the nodes itself. */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import type { OperationsContext } from "../operations/context.ts";
import { openFleet } from "../operations/http-fleet.ts";
import { openLab } from "../operations/http-lab.ts";
import { observeNow } from "../operations/observations.ts";
import { openConsoleDatabase } from "../operations/open-console-database.ts";
import { PlanBook } from "../operations/plan-book.ts";
import { readSite, readToken } from "./site-file.ts";

export interface CommonOptions {
  readonly config?: string;
  readonly data?: string;
  readonly json: boolean;
}

/** Opens what the command needs, runs it, closes everything, whatever happens. */
export async function withContext(
  common: CommonOptions,
  database: "none" | "if-there" | "make",
  run: (context: OperationsContext) => Promise<void>,
): Promise<void> {
  const found = readSite(common.config, common.data);
  const token = readToken(found);
  const dataFolder = path.resolve(common.data ?? process.env.TANDEM_DATA ?? path.dirname(found.file));
  const fleet = openFleet(found.site, token);
  const lab = existsSync(path.join(dataFolder, "lab.json")) ? openLab(dataFolder, token) : null;
  const opened = database === "none" ? null : openDatabase(dataFolder, database === "make");
  const now = (): number => Date.now();
  const context: OperationsContext = {
    site: found.site,
    fleet,
    lab,
    database: opened,
    actor: { name: userName(), via: "cli", role: "operator" },
    plans: new PlanBook(),
    now,
    observe: () => observeNow(found.site, fleet, lab, now),
  };
  try {
    await run(context);
  } finally {
    fleet.close();
    opened?.close();
  }
}

/** A database that does not open must not stop a switchover; what needs it says so by itself. */
function openDatabase(dataFolder: string, make: boolean): OperationsContext["database"] {
  try {
    return openConsoleDatabase(dataFolder, make);
  } catch (error) {
    process.stderr.write(`tandem: the console's database does not open (${error instanceof Error ? error.message : String(error)})\n`);
    return null;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
