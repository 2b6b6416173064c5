/** What is wrong with gear's part of the site's file costs that gear its audits, and nobody anything else. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeSite, type TestSite } from "../gateway/testing/scripted-server.ts";
import { changeSite, type RunningSite, runSite } from "./testing/running-site.ts";

const patient = { timeout: 30_000, interval: 50 };

let files: TestSite;
let site: RunningSite;

beforeAll(async () => {
  files = await makeSite([
    { name: "gw-1", kind: "trunk", endpoints: 8, portFrom: 35_200 },
    { name: "if-1", kind: "interface", endpoints: 8, portFrom: 35_400 },
  ]);
  mkdirSync(join(files.folder, "profiles"));
  writeFileSync(join(files.folder, "profiles", "bad.yaml"), "name: bad\ntitle: [\n");
  const snmp = { protocol: "snmp", address: "127.0.0.1:9" };
  changeSite(files, {
    snmpProfiles: "./profiles",
    gear: [
      { name: "no-profile", audit: { ...snmp, community: "public", profile: "nosuch" } },
      { name: "no-secret", audit: { ...snmp, community: "file:nope" } },
    ],
  });
  site = runSite(files);
}, 60_000);

afterAll(async () => {
  await site.stop();
  files.remove();
});

test("the servers start and one takes the title; the gear is told as not audited", async () => {
  await vi.waitFor(async () => expect(await site.holder()).not.toBeNull(), patient);
  const server = (await site.holder())!;
  const texts = async (what: string) => (await site.events(server, what)).map(({ text }) => text);
  expect(await texts("gear-off")).toEqual([
    expect.stringMatching(/^no-profile is not audited: no SNMP profile is named nosuch; known are .*rfc2128/),
    expect.stringMatching(/^no-secret is not audited: file:nope: the secret cannot be read/),
  ]);
  expect(await texts("profile-refused")).toEqual([expect.stringContaining("bad.yaml")]);
  const said = async () => (await site.status(server))?.gear.map(({ name, polling }) => [name, polling.lastFailure?.because]);
  await expect.poll(said, patient).toEqual([
    ["no-profile", expect.stringContaining("no SNMP profile is named nosuch")],
    ["no-secret", expect.stringContaining("the secret cannot be read")],
  ]);
});

test("config validate says so beforehand, and leaves with 1", async () => {
  const words = [resolve("server/cli/tandem.mjs"), "--config", files.config, "config", "validate"];
  const { code, out } = await new Promise<{ code: unknown; out: string }>((done) =>
    execFile(process.execPath, words, (error, stdout) => done({ code: error?.code ?? 0, out: stdout })),
  );
  expect(code).toBe(1);
  for (const part of ["bad.yaml", "no-profile is not audited: no SNMP profile is named nosuch", "no-secret is not audited: file:nope"])
    expect(out).toContain(part);
});
