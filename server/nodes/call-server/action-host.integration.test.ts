/** Takeover actions of one server, with real programs: cut short, blocked, left behind by a crash, hanging while the server stops. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { stringify } from "yaml";
import type { MemberEffect } from "../../core/control/member-state.ts";
import { makeSite, type TestSite } from "../gateway/testing/scripted-server.ts";
import { openNode, type TandemNode } from "../node.ts";
import { ActionHost } from "./action-host.ts";

const patient = { timeout: 10_000, interval: 20 };
const epoch = { number: 7, server: "cs-a" };
const promoted: MemberEffect = { kind: "promoted", epoch, cause: "primary-dead", reason: null, from: "cs-b" };
const demoted: MemberEffect = { kind: "demoted", epoch };

let site: TestSite | null = null;
let node: TandemNode | null = null;

afterEach(() => {
  node?.close();
  node = null;
  site?.remove();
  site = null;
});

/** Writes its word and the cause, then hangs, deaf to SIGTERM, or ends with a code. */
function exec(word: string, then: "hang" | number = 0): object {
  const end = then === "hang" ? "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)" : `process.exit(${then})`;
  const script = `require("node:fs").appendFileSync("acted", ${JSON.stringify(word)} + " " + process.env.TANDEM_CAUSE + "\\n"); ${end}`;
  return { exec: { command: [process.execPath, "-e", script] }, timeoutMs: 5_000 };
}

async function open(actions: object): Promise<ActionHost> {
  site = await makeSite([{ name: "gw-1", kind: "trunk", endpoints: 1, portFrom: 32_000 }]);
  appendFileSync(site.config, stringify({ actions }));
  return again();
}

function again(): ActionHost {
  node?.close();
  node = openNode({ name: "cs-a", config: site!.config, data: join(site!.folder, "cs-a"), lab: true });
  const host = new ActionHost(node, node.site.servers[0]!);
  host.open();
  return host;
}

const acted = (): string[] => {
  const path = join(site!.folder, "cs-a", "acted");
  return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
};
const journal = (): string[] => node!.journal.after(0, 100).map(({ what, severity }) => `${what} ${severity}`);
const stored = (): unknown => JSON.parse(readFileSync(join(site!.folder, "cs-a", "actions.json"), "utf8"));

test("a demotion stops a promotion that hangs, leaves out the rest, and comes next", async () => {
  const host = await open({ onPromote: [exec("up-1", "hang"), exec("up-2")], onDemote: [exec("down")] });
  host.onChangeOfRole(promoted);
  await expect.poll(acted, patient).toEqual(["up-1 primary-dead"]);
  expect(stored()).toEqual({ promoted: epoch });
  host.onFact({ what: "title-lost", epoch, because: "test" });
  host.onChangeOfRole(demoted);
  await expect
    .poll(journal, patient)
    .toEqual(["action-failed warn", "actions-abandoned warn", "action-done note", "actions-finished note"]);
  expect(acted()).toEqual(["up-1 primary-dead", "down title-lost"]);
  expect(node?.journal.after(0, 1)[0]).toMatchObject({ data: { outcome: "stopped", epoch, role: "primary", index: 0 } });
  expect(stored()).toEqual({ promoted: null });
  await host.close();
});

test("a failure that blocks is an alarm and leaves out the rest; what cannot be done is told at the start", async () => {
  const http = { url: "http://127.0.0.1:9/", secret: "env:TANDEM_NOT_SET" };
  const onPromote = [{ http }, { ...exec("up-1", 3), blocking: true }, exec("up-2")];
  const host = await open({ onPromote, onDemote: [{ exec: { command: ["/no/such/program"] } }] });
  expect(journal()).toEqual(["action-not-possible warn", "action-not-possible warn"]);
  host.onChangeOfRole(promoted);
  await expect.poll(() => journal().slice(2), patient).toEqual(["action-failed warn", "action-failed warn", "actions-blocked alarm"]);
  expect(acted()).toEqual(["up-1 primary-dead"]);
  expect(node?.journal.after(0, 100).at(-1)?.text).toBe(
    "The actions of becoming primary at epoch 7@cs-a failed at action 2: exit code 3. 1 action left out.",
  );
  await host.close();
});

test("what a crash left promoted is taken back at the next start, once", async () => {
  const first = await open({ onPromote: [exec("up")], onDemote: [exec("down")] });
  first.onChangeOfRole(promoted);
  await expect.poll(journal, patient).toEqual(["action-done note", "actions-finished note"]);
  const second = again();
  await expect.poll(acted, patient).toEqual(["up primary-dead", "down restarted"]);
  await expect.poll(stored, patient).toEqual({ promoted: null });
  await second.close();
  const third = again();
  await third.close();
  expect(acted()).toEqual(["up primary-dead", "down restarted"]);
});

test("a stop gives back; one whose actions hang still ends in time, and gives back at the next start", async () => {
  const host = await open({ onPromote: [exec("up", "hang")], onDemote: [exec("down", "hang")] });
  host.onChangeOfRole(promoted);
  await expect.poll(acted, patient).toEqual(["up primary-dead"]);
  const before = performance.now();
  await host.close();
  expect(performance.now() - before).toBeLessThan(2_000);
  expect(acted()).toEqual(["up primary-dead", "down stopped"]);
  expect(stored()).toEqual({ promoted: epoch });
  await again().close();
  expect(acted()).toEqual(["up primary-dead", "down stopped", "down restarted"]);
});

test("without actions nothing is stored", async () => {
  const host = await open({});
  host.onChangeOfRole(promoted);
  host.onChangeOfRole(demoted);
  await host.close();
  expect(existsSync(join(site!.folder, "cs-a", "actions.json"))).toBe(false);
});

test("a damaged store takes nothing back", async () => {
  const host = await open({ onDemote: [exec("down")] });
  await host.close();
  writeFileSync(join(site!.folder, "cs-a", "actions.json"), "{");
  await again().close();
  expect(acted()).toEqual([]);
});
