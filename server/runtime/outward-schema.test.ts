/** The JSON Schema of `actions` and `notify`: the fields, what is required, and the values allowed are those of the parser. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseSite } from "../core/site/parse-site.ts";

interface Mapping {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

const inRepository = (path: string): string => new URL(`../../${path}`, import.meta.url).pathname;
const schema = JSON.parse(readFileSync(inRepository("public/tandem.schema.json"), "utf8")) as { $defs: Record<string, Mapping> };
const example = (): Record<string, unknown> =>
  parse(readFileSync(inRepository("deploy/tandem.example.yaml"), "utf8")) as Record<string, unknown>;

const exec = { command: ["/bin/true"] };
const http = { url: "https://a.example/", method: "PUT", secret: "env:A" };
const webhook = { url: "https://a.example/", secret: "env:A", timeoutMs: 100 };
const syslog = { to: "/dev/log", facility: "user", appName: "t" };

type Place = (value: object) => Record<string, unknown>;

/** Name in `$defs`, a value of every field that the parser takes together, and where it stands. */
const mappings: readonly (readonly [name: string, full: Record<string, unknown>, place: Place])[] = [
  ["actions", { onPromote: [{ exec }], onDemote: [] }, (actions) => ({ actions })],
  ["execAction", exec, (one) => ({ actions: { onPromote: [{ exec: one }] } })],
  ["httpAction", http, (one) => ({ actions: { onPromote: [{ http: one }] } })],
  ["notify", { webhook, syslog, holdOffSeconds: 9, consoleUrl: "https://noc.example" }, (notify) => ({ notify })],
  ["webhook", webhook, (one) => ({ notify: { webhook: one } })],
  ["syslog", syslog, (one) => ({ notify: { syslog: one } })],
];

test.each(mappings)("%s: fields and what is required", (name, full, place) => {
  const { properties, required = [] } = schema.$defs[name] as Mapping;
  expect(Object.keys(properties).sort()).toEqual(Object.keys(full).sort());
  expect(parseSite({ ...example(), ...place(full) })).toMatchObject({ ok: true });
  for (const field of Object.keys(full)) {
    const { [field]: _, ...rest } = full;
    expect([field, parseSite({ ...example(), ...place(rest) }).ok]).toEqual([field, !required.includes(field)]);
    expect([field, parseSite({ ...example(), ...place({ ...full, [field]: () => {} }) }).ok]).toEqual([field, false]);
  }
  expect(parseSite({ ...example(), ...place({ ...full, surplus: 1 }) }).ok).toBe(false);
});

test("an action, on the site and on a server", () => {
  expect(Object.keys((schema.$defs.action as Mapping).properties)).toEqual(["exec", "http", "timeoutMs", "blocking"]);
  const site = example();
  const actions = { onPromote: [{ exec, timeoutMs: 100, blocking: true }] };
  const [first, ...others] = site.servers as Record<string, unknown>[];
  expect(parseSite({ ...site, actions, servers: [{ ...first, actions }, ...others] })).toMatchObject({ ok: true });
});
