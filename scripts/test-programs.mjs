/** Programs of other people that the tests use: a browser, Debian's SNMP tools, and what makes and cuts networks. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findProgram, isRoot, root, runStep, tool } from "./command.mjs";
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
  if (canInstall()) await aptInstall("chromium", "Installing Debian's Chromium for the tests");
  found = installed();
  if (found !== null) return found;
  throw new Refusal("The end-to-end tests need Chromium: install it, or set TANDEM_CHROMIUM to its path.");
}

/** True where snmpbulkwalk can be run. In CI their absence fails; elsewhere it is said. */
export async function findSnmpTools() {
  if (findProgram("snmpbulkwalk") !== null) return true;
  if (canInstall()) await aptInstall("snmp", "Installing Debian's SNMP tools for the tests");
  if (findProgram("snmpbulkwalk") !== null) return true;
  if (process.env.CI) throw new Refusal("The tests need snmpbulkwalk (Debian package snmp).");
  say("snmpbulkwalk is not installed (Debian: apt-get install snmp); the tests that run it will fail.");
  return false;
}

const sipPeers = [
  ["kamailio", ["kamailio", "kamailio-presence-modules"]],
  ["sipp", ["sip-tester"]],
  ["sipsak", ["sipsak"]],
];

/** SIP servers and clients that the tests call as peers. In CI their absence fails; elsewhere it is said. */
export async function findSipPeers() {
  for (const [program, names] of sipPeers) {
    const found = () => findProgram(program) !== null || existsSync(`/usr/sbin/${program}`);
    if (!found() && canInstall()) for (const name of names) await aptInstall(name, `Installing Debian's ${name} for the tests`);
    if (found()) continue;
    const missing = `${program} (Debian: apt-get install ${names.join(" ")})`;
    if (process.env.CI) throw new Refusal(`The tests need ${missing}.`);
    say(`Not installed: ${missing}; the tests that run it will fail.`);
  }
}

/** For the scenarios on real processes. Who is not root can make no networks, and those tests say so. */
export async function findNetworkTools() {
  for (const [program, name] of [
    ["ip", "iproute2"],
    ["iptables", "iptables"],
  ]) {
    if (process.platform === "linux" && findProgram(program) === null && canInstall())
      await aptInstall(name, `Installing Debian's ${name} for the tests`);
  }
}

function canInstall() {
  return isRoot() && findProgram("apt-get") !== null;
}

async function aptInstall(name, what) {
  const environment = { DEBIAN_FRONTEND: "noninteractive" };
  const words = ["apt-get", "install", "-y", "--no-install-recommends", name];
  if (await runStep(what, words, { mayFail: true, environment })) return;
  await runStep("Reading Debian's list of packages", ["apt-get", "update"], { mayFail: true, environment });
  await runStep(what, words, { mayFail: true, environment });
}
