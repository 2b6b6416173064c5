/**
 * Opens the console's database and brings it to the newest schema.
 * SQLite in WAL mode: readers never wait for the collector. better-sqlite3 answers synchronously, so every query here is bounded;
 * callers await all the same, which leaves room for PostgreSQL behind the same functions.
 */
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import BetterSqlite from "better-sqlite3";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";

export interface Database {
  readonly orm: BetterSQLite3Database;
  close(): void;
}

/** The migrations are SQL files and stay in `db/migrations`, also when this module runs compiled from `dist/db`. */
function migrationsFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = path.join(folder, "db", "migrations");
    if (existsSync(path.join(candidate, "meta", "_journal.json"))) return candidate;
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error("db/migrations is missing: the installation is not complete");
    folder = parent;
  }
}

/** Two processes may open a new file at the same moment; whoever comes second finds the work done on its second look. */
function bringUpToDate(orm: BetterSQLite3Database): void {
  const options = { migrationsFolder: migrationsFolder() };
  try {
    migrate(orm, options);
  } catch {
    migrate(orm, options);
  }
}

/** `file` is a path, or `:memory:` in tests. Throws where the file cannot be opened or is no database. */
export function openDatabase(file: string): Database {
  if (file !== ":memory:") mkdirSync(path.dirname(file), { recursive: true });
  const sqlite = new BetterSqlite(file);
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("synchronous = FULL");
  sqlite.pragma("busy_timeout = 2000");
  const orm = drizzle(sqlite);
  bringUpToDate(orm);
  sqlite.pragma("optimize = 0x10002");
  return {
    orm,
    close() {
      sqlite.close();
    },
  };
}
