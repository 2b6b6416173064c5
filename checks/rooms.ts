/**
 * The rooms of the house and what each may import: the one table behind the layer check.
 * A file belongs to the room with the longest matching folder.
 */

export interface Room {
  readonly folder: string;
  /** Folders whose files it may import, types and values. Its own is always allowed. */
  readonly values: readonly string[];
  /** Folders of which it may import types only. */
  readonly types: readonly string[];
  /** Package names (or `@scope/`); "any" for all but the reserved ones. */
  readonly packages: readonly string[] | "any";
  readonly node: boolean;
}

const pure = { packages: [], node: false } as const;
const anything = { packages: "any", node: true } as const;

/** Imported only where a room names them: the database belongs to db, pages to app. */
export const reservedPackages = ["drizzle-orm", "better-sqlite3", "pg", "react", "react-dom", "next", "@trpc/", "@tanstack/", "geist"];

const browser = ["react", "react-dom", "next", "@tanstack/", "geist"];
const browserDoor = [...browser, "@trpc/", "zod"];

export const rooms: readonly Room[] = [
  { folder: "server/core", values: [], types: [], ...pure },
  {
    folder: "server/protocols",
    values: ["server/core/unreachable.ts", "server/core/identity.ts", "server/core/time.ts", "server/core/deadline-queue.ts"],
    types: ["server/core"],
    ...pure,
  },
  { folder: "server/sim", values: ["server/core", "server/protocols"], types: [], ...pure },
  { folder: "server/sim/program", values: ["server/sim", "server/core", "server/protocols"], types: [], ...anything },
  { folder: "server/runtime", values: ["server/core", "server/protocols"], types: [], ...anything },
  { folder: "server/drivers", values: ["server/core", "server/protocols", "server/runtime"], types: [], ...anything },
  { folder: "server/nodes", values: ["server/core", "server/protocols", "server/runtime", "server/drivers"], types: [], ...anything },
  {
    folder: "server/nodes/console",
    values: ["server/nodes", "server/core", "server/runtime", "server/operations", "server/trpc", "server/rest", "db"],
    types: [],
    packages: ["next", "ws", "@trpc/", "yaml", "zod"],
    node: true,
  },
  { folder: "server/lab", values: ["server/core", "server/runtime", "server/nodes"], types: [], ...anything },
  {
    folder: "server/chaos",
    values: ["server/core", "server/protocols", "server/runtime", "server/nodes", "server/lab", "server/sim"],
    types: [],
    ...anything,
  },
  { folder: "server/operations", values: ["server/core", "server/sim", "db"], types: [], packages: ["zod"], node: true },
  { folder: "server/trpc", values: ["server/operations", "server/core"], types: [], packages: ["@trpc/", "zod"], node: true },
  { folder: "server/rest", values: ["server/operations", "server/core"], types: [], packages: ["zod"], node: true },
  {
    folder: "server/cli",
    values: ["server/operations", "server/core", "server/nodes", "server/lab"],
    types: [],
    packages: ["commander", "zod", "yaml"],
    node: true,
  },
  { folder: "db", values: ["server/core"], types: [], packages: ["drizzle-orm", "better-sqlite3", "pg", "drizzle-kit"], node: true },
  { folder: "app", values: [], types: ["server/core", "server/operations", "server/trpc"], packages: browser, node: false },
  { folder: "app/_trpc", values: ["app"], types: ["server/core", "server/operations", "server/trpc"], packages: browserDoor, node: false },
  { folder: "e2e", values: [], types: ["server/core", "server/operations", "server/trpc"], ...anything },
  { folder: "bench", values: ["server"], types: [], ...anything },
  { folder: "fuzz", values: ["server"], types: [], ...anything },
  { folder: "checks", values: [], types: [], ...anything },
  { folder: "scripts", values: [], types: [], packages: [], node: true },
];

/** Files at the root (configurations of tools) belong to no room. */
export function roomOf(path: string): Room | null {
  let best: Room | null = null;
  for (const room of rooms) {
    if (path.startsWith(`${room.folder}/`) && room.folder.length > (best?.folder.length ?? 0)) best = room;
  }
  return best;
}

/** What is started from outside and therefore imported by nobody. */
export function isEntry(path: string): boolean {
  return (
    !path.includes("/") ||
    /^app\/(.*\/)?(page|layout|route|error|global-error|not-found|loading|template|default|icon)\.tsx?$/.test(path) ||
    /^server\/((nodes|lab|cli|chaos)\/main\.ts|cli\/tandem\.mjs)$/.test(path) ||
    /^server\/nodes\/[a-z-]+\/main\.ts$/.test(path) ||
    /^server\/sim\/program\/(main|worker)\.ts$/.test(path) ||
    path === "fuzz/main.ts" ||
    /^(e2e|bench|scripts)\//.test(path) ||
    /\.config\.ts$/.test(path) ||
    isTest(path)
  );
}

export function isTest(path: string): boolean {
  return /\.(test|spec)\.tsx?$/.test(path);
}

/** Code that only tests use lives in a folder named `testing` or `scenarios`, in the simulator, or beside the end-to-end tests. */
export function isTestSupport(path: string): boolean {
  return /\/(testing|scenarios)\//.test(path) || /^(e2e|checks|server\/sim)\//.test(path);
}
