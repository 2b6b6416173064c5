/** docs/gateways.md tells what the code knows of gear; `npx vitest run server/drivers/gateways-page.test.ts -u` writes its tables anew. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { failureWords } from "../core/gear/gear-words.ts";
import { FieldReader } from "../core/site/field-reader.ts";
import { parseGear } from "../core/site/parse-gear.ts";
import { parseSnmpProfile, snmpProfileSchema } from "./snmp/snmp-profile.ts";
import { fieldTables, markdownTable } from "./testing/field-table.ts";

const page = join(import.meta.dirname, "../../docs/gateways.md");

function withPart(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name}: written by server/drivers/gateways-page.test.ts -->`, `<!-- end of ${name} -->`];
  const [head = "", rest = ""] = text.split(begin);
  const [, tail = ""] = rest.split(end);
  expect([head, tail].every((one) => one !== "")).toBe(true);
  return `${head}${begin}\n\n${part}\n\n${end}${tail}`;
}

test("the tables of docs/gateways.md", async () => {
  const failures = Object.entries(failureWords).map(([kind, words]) => [`\`${kind}\``, words]);
  const written = withPart(readFileSync(page, "utf8"), "fields", fieldTables());
  const whole = withPart(written, "failures", markdownTable([["kind", "what it means"], ...failures]));
  await expect(whole).toMatchFileSnapshot(page);
});

test("docs/gateways.md names every field that a profile may tell, and every decoding", () => {
  const text = readFileSync(page, "utf8");
  const { field, as } = snmpProfileSchema.shape.legs.shape.columns.element.shape;
  const decodings = as.unwrap().options[0].options;
  for (const word of [...field.options, ...decodings]) expect(text).toContain(`\`${word}\``);
});

test("what docs/gateways.md gives to paste is what the site and the profiles take", () => {
  const blocks = readFileSync(page, "utf8")
    .split(/\n(?! {4}|\n)/)
    .map((block) => block.replace(/^.*?\n\n(?= {4})/s, ""));
  const examples = blocks.filter((block) => /^ {4}(gear|name):/.test(block)).map((block) => parse(block.replace(/^ {4}/gm, "")) as Example);
  const problems: string[] = [];
  let entries = 0;
  for (const example of examples) {
    for (const entry of example.gear ?? []) {
      entries += 1;
      parseGear(new FieldReader(entry, "gear", problems), 5_000);
    }
  }
  expect([entries, problems]).toEqual([5, []]);
  const [profile] = examples.filter((example) => example.gear === undefined);
  expect(parseSnmpProfile(profile)).toMatchObject({ profile: { name: "example-gateway" } });
});

interface Example {
  readonly gear?: readonly unknown[];
}
