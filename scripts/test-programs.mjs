/** Programs of other people that the tests use: a browser, gear to audit and be audited by, and what makes and cuts networks. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findProgram, isRoot, root, runStep, succeeds, tool } from "./command.mjs";
import { Refusal, say } from "./console-output.mjs";

const browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const elsewhere = [
  "/usr/bin/chromium",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Path of an installed browser, else of Playwright's own, downloaded or installed as a last resort. */
export async function findChromium() {
  const own = process.env.TANDEM_CHROMIUM;
  if (own !== undefined && own !== "") {
    if (existsSync(own)) return own;
    throw new Refusal(`TANDEM_CHROMIUM names ${own}, which does not exist.`);
  }
  const installed = () => browsers.map(findProgram).find((path) => path !== null) ?? elsewhere.find((path) => existsSync(path)) ?? null;
  const playwrights = async () => {
    const { chromium } = await import(pathToFileURL(join(root, "node_modules/@playwright/test/index.mjs")).href);
    return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
  };
  let found = installed() ?? (await playwrights());
  if (found !== null) return found;
  await runStep("Downloading a browser for the tests", [...tool("@playwright/test/cli.js"), "install", "chromium"], { mayFail: true });
  found = await playwrights();
  if (found !== null) return found;
  if (canInstall()) await aptInstall(["chromium"]);
  found = installed();
  if (found !== null) return found;
  throw new Refusal("The end-to-end tests need Chromium: install it, or set TANDEM_CHROMIUM to its path.");
}

/** `package` is Debian's. Without those that are needed, tests fail; without the others they say so themselves, and are not run. */
const everyProgram = [
  { program: "snmpbulkwalk", package: "snmp", needed: true },
  { program: "snmpd", package: "snmpd", needed: true },
  { program: "osmo-mgw", package: "osmo-mgw", needed: true },
  { program: "kamailio", package: "kamailio", needed: true },
  { program: "presence_dialoginfo.so", package: "kamailio-presence-modules", needed: true },
  { program: "sipp", package: "sip-tester", needed: true },
  { program: "sipsak", package: "sipsak", needed: true },
  { program: "ip", package: "iproute2", needed: false },
  { program: "iptables", package: "iptables", needed: false },
];

/** Where root on Debian finds one missing, all that are missing are installed at once. In CI their absence fails; elsewhere it is said. */
export async function findTestPrograms({ programs = everyProgram, mayInstall = canInstall() } = {}) {
  const missing = () => programs.filter(({ program }) => !isThere(program));
  const before = missing();
  if (before.length > 0 && mayInstall) await aptInstall(before.map((one) => one.package));
  const needed = missing().filter((one) => one.needed);
  if (needed.length === 0) return;
  const names = needed.map((one) => one.program).join(", ");
  const how = `Debian: apt-get install ${needed.map((one) => one.package).join(" ")}`;
  if (process.env.CI) throw new Refusal(`The tests need ${names} (${how}).`);
  say(`Not installed: ${names} (${how}); the tests that need them will fail.`);
}

function isThere(program) {
  if (program.endsWith(".so")) return moduleFolders().some((folder) => existsSync(join(folder, program)));
  // Daemons lie where not everybody looks.
  return findProgram(program) !== null || ["/usr/sbin", "/usr/local/sbin", "/sbin"].some((folder) => existsSync(join(folder, program)));
}

/** Of Kamailio: /usr/lib/x86_64-linux-gnu/kamailio/modules and the like. */
function moduleFolders() {
  const libraries = existsSync("/usr/lib") ? readdirSync("/usr/lib").map((name) => join("/usr/lib", name)) : [];
  return [...libraries, "/usr/lib", "/usr/lib64", "/usr/local/lib"].map((folder) => join(folder, "kamailio/modules"));
}

function canInstall() {
  return process.platform === "linux" && isRoot() && findProgram("apt-get") !== null;
}

/**
 * Daemons that come with a package are not started: the tests start their own, and this machine did not ask for any. The first variable tells it to
 * systemd (systemd.io/ENVIRONMENT), the second to init scripts.
 */
const quietly = { DEBIAN_FRONTEND: "noninteractive", SYSTEMD_OFFLINE: "1", RUNLEVEL: "1" };

async function aptInstall(names) {
  const what = (these) => `Installing Debian's ${these.join(", ")} for the tests`;
  const words = (these) => ["apt-get", "install", "-y", "--no-install-recommends", ...these];
  if (await runStep(what(names), words(names), { mayFail: true, environment: quietly })) return;
  await runStep("Reading Debian's list of packages", ["apt-get", "update"], { mayFail: true, environment: quietly });
  // One that this release does not have must not keep the others away.
  const known = names.filter((name) => succeeds(["apt-cache", "show", name]));
  if (known.length > 0) await runStep(what(known), words(known), { mayFail: true, environment: quietly });
}
