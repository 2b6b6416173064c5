/** The reader, the example for a real site, and the JSON Schema that editors use: all three must agree with the parser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseSite } from "../core/site/parse-site.ts";
import { loadSite, readSecret, readSiteFile } from "./site-file.ts";

const inRepository = (path: string): string => new URL(`../../${path}`, import.meta.url).pathname;
const example = inRepository("deploy/tandem.example.yaml");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-site-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("reading", () => {
  test("the example site is accepted without a warning", () => {
    expect(readSiteFile(example)).toMatchObject({ ok: true, file: { warnings: [], site: { site: "north" } } });
  });

  test("a missing file, a damaged one and one of aliases without end are problems, not crashes", () => {
    expect(readSiteFile(join(folder, "none.yaml"))).toMatchObject({ ok: false, problems: [expect.stringContaining("ENOENT")] });
    expect(readSiteFile(file("damaged.yaml", "site: [5"))).toMatchObject({
      ok: false,
      problems: [expect.stringContaining("line")],
    });
    const nest = Array.from({ length: 30 }, (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(level === 0 ? 0 : 9)}]`).join(
      "\n",
    );
    expect(readSiteFile(file("aliases.yaml", nest))).toMatchObject({ ok: false });
  });

  test("a process that needs its site hears every problem at once", () => {
    expect(() => loadSite(file("empty.yaml", "site: x\n"))).toThrow(/cluster: is missing[\s\S]*servers: is missing/);
  });
});

describe("secrets", () => {
  test("from a file beside the site, and from the environment", () => {
    file("token", "0123456789abcdef\n");
    expect(readSecret("file:token", join(folder, "tandem.yaml"))).toBe("0123456789abcdef");
    process.env.TANDEM_TEST_SECRET = "fedcba9876543210";
    expect(readSecret("env:TANDEM_TEST_SECRET", join(folder, "tandem.yaml"))).toBe("fedcba9876543210");
    delete process.env.TANDEM_TEST_SECRET;
  });

  test("missing and short ones are refused without being shown", () => {
    file("short", "hunter2");
    expect(() => readSecret("file:short", join(folder, "tandem.yaml"))).toThrow(/^file:short: the secret is missing or shorter/);
    expect(() => readSecret("file:none", join(folder, "tandem.yaml"))).toThrow(/cannot be read.*ENOENT/);
    expect(() => readSecret("env:TANDEM_NOT_SET", join(folder, "tandem.yaml"))).toThrow(/missing/);
  });
});

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

describe("the JSON Schema", () => {
  const schema = JSON.parse(readFileSync(inRepository("public/tandem.schema.json"), "utf8")) as Schema;
  const site = (): Record<string, unknown> => parse(readFileSync(example, "utf8")) as Record<string, unknown>;
  const fieldsOf = (problems: readonly string[]): string[] =>
    problems.flatMap((problem) => /known are (.*)$/.exec(problem)?.[1]?.split(", ") ?? []).sort();

  /** Every mapping of the schema, with a path to one of its kind in the example. */
  const mappings: [string, Schema, (value: Record<string, never>) => Record<string, unknown>][] = [];
  const collect = (at: string, one: Schema, reach: (value: Record<string, never>) => Record<string, unknown>): void => {
    if (one.properties !== undefined) mappings.push([at, one, reach]);
    for (const [field, inner] of Object.entries(one.properties ?? {})) {
      if (inner.items !== undefined)
        collect(
          `${at}${field}[0]`,
          inner.items,
          (value) => (reach(value)[field] as Record<string, unknown>[])[0] as Record<string, unknown>,
        );
      else if (inner.properties !== undefined) {
        collect(`${at}${field}`, inner, (value) => {
          const outer = reach(value);
          outer[field] ??= {};
          return outer[field] as Record<string, unknown>;
        });
      }
    }
  };
  collect("", schema, (value) => value);

  test.each(mappings)("%s has the fields that the parser knows", (_at, one, reach) => {
    const value = site();
    reach(value as Record<string, never>).surplus = 1;
    const parsed = parseSite(value);
    expect(parsed.ok ? [] : fieldsOf(parsed.problems)).toEqual(Object.keys(one.properties ?? {}).sort());
  });

  test.each(mappings)("%s requires what the parser requires", (_at, one, reach) => {
    for (const field of Object.keys(one.properties ?? {})) {
      const value = site();
      delete reach(value as Record<string, never>)[field];
      const refused = !parseSite(value).ok;
      // Required by other fields (a host, a kind) is more than a schema says here.
      if (field !== "host" && field !== "firstNumber" && refused !== (one.required ?? []).includes(field)) {
        const parsed = parseSite(value);
        if (!parsed.ok && parsed.problems.every((problem) => !problem.includes("is missing"))) continue;
        expect.fail(`${field}: parser ${refused ? "requires" : "does not require"} it`);
      }
    }
  });

  test.each(mappings)("%s: what is of the wrong type for the schema is so for the parser", (_at, one, reach) => {
    for (const field of Object.keys(one.properties ?? {})) {
      if (field === "$schema") continue;
      const value = site();
      reach(value as Record<string, never>)[field] = () => {};
      expect([field, parseSite(value).ok]).toEqual([field, false]);
    }
  });
});
