/** The right Node, the packages of the lock file, and the native module built for this Node. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npm, root, runStep, succeeds } from "./command.mjs";
import { Refusal } from "./console-output.mjs";
import { hashOf, setStamp, stampIs } from "./stamp.mjs";

const oldestNode = [20, 19];

export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Refusal(
    `Tandem needs Node ${oldestNode.join(".")} or newer; this is ${version}. Install a newer one, for example from https://nodejs.org.`,
  );
}

export async function installDependencies() {
  const hash = hashOf(["package.json", "package-lock.json"], { extra: process.versions.modules });
  if (!(stampIs("dependencies", hash) && existsSync(join(root, "node_modules"))) && !installedByHand()) {
    await install();
  }
  await buildNativeModule();
  setStamp("dependencies", hash);
}

/** npm writes a lock of its own into node_modules; one younger than ours was made from it. */
function installedByHand() {
  try {
    const inside = statSync(join(root, "node_modules/.package-lock.json")).mtimeMs;
    return inside > statSync(join(root, "package-lock.json")).mtimeMs && inside > statSync(join(root, "package.json")).mtimeMs;
  } catch {
    return false;
  }
}

async function install() {
  const lock = join(root, "package-lock.json");
  const before = existsSync(lock) ? readFileSync(lock) : null;
  // Not `npm ci`: it refuses a lock that lacks other platforms' optional packages.
  await runStep(
    "Installing the packages (a minute or two on a fresh clone)",
    [...npm(), "install", "--include=dev", "--no-audit", "--no-fund"],
    {
      environment: { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" },
    },
  );
  // Other versions of npm write the same lock in other words; the committed one stays.
  if (before !== null && !before.equals(readFileSync(lock))) writeFileSync(lock, before);
}

async function buildNativeModule() {
  const works = () => succeeds([process.execPath, "-e", 'new (require("better-sqlite3"))(":memory:").close()']);
  if (works()) return;
  await runStep("Building the database module for this Node (about a minute)", [...npm(), "rebuild", "better-sqlite3"]);
  if (works()) return;
  throw new Refusal(
    "The module better-sqlite3 cannot be loaded after building it. A C++ compiler, make and Python 3 are needed where no prebuilt one exists.",
  );
}
