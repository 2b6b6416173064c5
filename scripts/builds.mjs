/** The two builds: servers to `dist`, pages to a folder of their own below `.pages`. Each is skipped while its sources are the same. */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, runStep, tool } from "./command.mjs";
import { hashOf, removeStamp, setStamp, stampIs } from "./stamp.mjs";

const gearProfiles = "server/drivers/snmp/profiles";
const isTest = (path) => /\.(test|spec)\.tsx?$/.test(path);

/** Built beside the old one and then swapped, so that a failed build leaves a whole one behind. */
export async function buildServers() {
  const hash = hashOf(["server", "db", "tsconfig.json", "tsconfig.build.json", "package.json", "package-lock.json"], {
    accept: (path) => !isTest(path) && /\.(ts|json|yaml)$/.test(path),
  });
  if (stampIs("servers", hash) && existsSync(join(root, "dist/server/nodes/main.js"))) return;
  const fresh = join(root, "dist.new");
  rmSync(fresh, { recursive: true, force: true });
  await runStep("Compiling the servers", [
    ...tool("typescript/bin/tsc"),
    "-p",
    "tsconfig.build.json",
    "--outDir",
    fresh,
    "--incremental",
    "false",
    "--tsBuildInfoFile",
    "null",
  ]);
  // Data files lie where the compiled programs look for them.
  cpSync(join(root, gearProfiles), join(fresh, gearProfiles), { recursive: true });
  rmSync(join(root, "dist.old"), { recursive: true, force: true });
  if (existsSync(join(root, "dist"))) renameSync(join(root, "dist"), join(root, "dist.old"));
  renameSync(fresh, join(root, "dist"));
  rmSync(join(root, "dist.old"), { recursive: true, force: true });
  setStamp("servers", hash);
}

const pagesFolder = join(root, ".pages");
const currentPages = join(pagesFolder, "current");
/** Builds kept: a console that still runs serves from the one that it started with. */
const pagesKept = 3;

/** What a console does not need: Next's build cache and declarations. */
const onlyForBuilding = ["cache", "dev", "types", "trace", "trace-build"].map((name) => join(root, ".next", name));

function keepPages(hash) {
  const name = hash.slice(0, 16);
  const folder = join(pagesFolder, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, ".next"), folder, { recursive: true, filter: (path) => !onlyForBuilding.includes(path) });
  writeFileSync(`${currentPages}.new`, name);
  renameSync(`${currentPages}.new`, currentPages);
  const builds = readdirSync(pagesFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const newestFirst = builds.map((entry) => join(pagesFolder, entry.name)).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const old of newestFirst.slice(pagesKept)) rmSync(old, { recursive: true, force: true });
}

function pagesAreThere() {
  try {
    return existsSync(join(pagesFolder, readFileSync(currentPages, "utf8"), "BUILD_ID"));
  } catch {
    return false;
  }
}

export async function buildPages() {
  if (!existsSync(join(root, "app"))) return;
  const hash = hashOf(["app", "public", "next.config.ts", "package.json", "package-lock.json"], { accept: (path) => !isTest(path) });
  if (stampIs("pages", hash) && pagesAreThere()) return;
  removeStamp("pages");
  await runStep("Building the console's pages (about half a minute)", [...tool("next/dist/bin/next"), "build"], {
    environment: { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" },
  });
  keepPages(hash);
  setStamp("pages", hash);
}

/** The compiler needs Next's own declarations (styles, images, routes); a fresh clone has none yet. */
export async function declarePages() {
  if (!existsSync(join(root, "app")) || existsSync(join(root, "next-env.d.ts"))) return;
  await runStep("Making the declarations of the pages", [...tool("next/dist/bin/next"), "typegen"], {
    environment: { NEXT_TELEMETRY_DISABLED: "1" },
  });
}
