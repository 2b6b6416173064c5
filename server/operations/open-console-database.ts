/** The console's database from another process on the same host: the command line reads records and adds to the audit log. */
import { existsSync } from "node:fs";
import path from "node:path";
import { type Database, openDatabase } from "../../db/database.ts";

/** `make`: create it where it is missing, because somebody is about to collect into it. Null where there is none. */
export function openConsoleDatabase(dataFolder: string, make: boolean): Database | null {
  const file = path.join(dataFolder, "console", "tandem.db");
  return make || existsSync(file) ? openDatabase(file) : null;
}
