/**
 * Reads the fields of one mapping of `tandem.yaml`: each with its default, its bounds, and an error that names
 * the field and the fix. Problems are collected, so that a person sees all of them at once.
 */
import type { SecretRef } from "./secret-ref.ts";
import type { HostPort } from "./site.ts";

export type Mapping = Readonly<Record<string, unknown>>;

export class FieldReader {
  readonly problems: string[];
  readonly path: string;
  private readonly fields: Mapping;
  private readonly known = new Set<string>();

  constructor(value: unknown, path: string, problems: string[]) {
    this.path = path;
    this.problems = problems;
    const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isMapping) this.refuse("", `must be a mapping of fields, not ${kindOf(value)}`);
    this.fields = isMapping ? (value as Mapping) : {};
  }

  refuse(field: string, what: string): void {
    this.problems.push(`${this.at(field)}: ${what}`);
  }

  at(field: string): string {
    if (field === "") return this.path === "" ? "the file" : this.path;
    return this.path === "" ? field : `${this.path}.${field}`;
  }

  has(field: string): boolean {
    this.known.add(field);
    return this.fields[field] !== undefined && this.fields[field] !== null;
  }

  raw(field: string): unknown {
    this.known.add(field);
    return this.fields[field];
  }

  /** A text that matches `pattern`; without a default the field is required. */
  text(field: string, rule: { pattern: RegExp; means: string; or?: string }): string {
    if (!this.has(field)) return rule.or ?? this.missing(field, rule.means, "");
    const value = this.raw(field);
    // YAML reads 2001 as a number; people mean the digits.
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text === "string" && rule.pattern.test(text)) return text;
    this.refuse(field, `must be ${rule.means}, not ${shown(value)}`);
    return rule.or ?? "";
  }

  number(field: string, rule: { from: number; to: number; whole?: boolean; or?: number }): number {
    const means = `${rule.whole === false ? "a number" : "a whole number"} from ${rule.from} to ${rule.to}`;
    if (!this.has(field)) return rule.or ?? this.missing(field, means, rule.from);
    const value = this.raw(field);
    const fits = typeof value === "number" && value >= rule.from && value <= rule.to && (rule.whole === false || Number.isInteger(value));
    if (fits) return value;
    this.refuse(field, `must be ${means}, not ${shown(value)}`);
    return rule.or ?? rule.from;
  }

  flag(field: string, or: boolean): boolean {
    if (!this.has(field)) return or;
    const value = this.raw(field);
    if (typeof value === "boolean") return value;
    this.refuse(field, `must be true or false, not ${shown(value)}`);
    return or;
  }

  choice<T extends string>(field: string, choices: readonly T[], or?: T): T {
    const first = or ?? (choices[0] as T);
    if (!this.has(field)) return or ?? this.missing(field, `one of ${choices.join(", ")}`, first);
    const value = this.raw(field);
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    this.refuse(field, `must be one of ${choices.join(", ")}, not ${shown(value)}`);
    return first;
  }

  /** `host:port`, or only a port on the node's own `host`, or nothing where a default port is known. */
  address(field: string, host: string | null, defaultPort: number | null): HostPort {
    const nowhere = { host: host ?? "", port: 0 };
    if (!this.has(field)) {
      if (host !== null && defaultPort !== null) return { host, port: defaultPort };
      return this.missing(field, "an address like 10.0.0.11:4700", nowhere);
    }
    const value = this.raw(field);
    const match = typeof value === "string" ? /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(value) : null;
    const port = typeof value === "number" ? value : Number(match?.[2]);
    const on = match?.[1]?.replace(/^\[|\]$/g, "") ?? (typeof value === "number" ? host : null);
    if (on !== null && Number.isInteger(port) && port >= 1 && port <= 65535) return { host: on, port };
    this.refuse(
      field,
      `must be host:port with a port from 1 to 65535${host === null ? "" : `, or only a port on ${host}`}, not ${shown(value)}`,
    );
    return nowhere;
  }

  /** A secret by reference. Never repeats what it refuses: someone may have written the secret itself. */
  secret(field: string): SecretRef {
    const means = "file:<path> or env:<NAME>, never the secret itself";
    const value = this.raw(field);
    if (typeof value === "string" && /^(file:.+|env:[A-Za-z_][A-Za-z0-9_]*)$/.test(value)) return value;
    this.refuse(field, value === undefined ? `is missing; it must be ${means}` : `must be ${means}`);
    return "";
  }

  /** One reader for each element of a list; an absent optional list is empty. */
  list(field: string, required: boolean): FieldReader[] {
    if (!this.has(field)) return required ? this.missing(field, "a list", []) : [];
    const value = this.raw(field);
    if (!Array.isArray(value)) {
      this.refuse(field, `must be a list, not ${kindOf(value)}`);
      return [];
    }
    return value.map((element: unknown, index) => new FieldReader(element, `${this.at(field)}[${index}]`, this.problems));
  }

  names(field: string): string[] {
    if (!this.has(field)) return this.missing(field, "a list of names", []);
    const value = this.raw(field);
    if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
    this.refuse(field, `must be a list of names, not ${kindOf(value)}`);
    return [];
  }

  /** The reader of a mapping inside this one; an absent mapping reads as empty. */
  inside(field: string): FieldReader {
    return new FieldReader(this.has(field) ? this.raw(field) : {}, this.at(field), this.problems);
  }

  /** Refuses every field that nobody asked for. Call last. */
  end(): void {
    for (const field of Object.keys(this.fields)) {
      if (this.known.has(field)) continue;
      this.refuse(field, `is not a field here; known are ${[...this.known].sort().join(", ")}`);
    }
  }

  private missing<T>(field: string, means: string, stand: T): T {
    this.refuse(field, `is missing; it must be ${means}`);
    return stand;
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "a mapping" : shown(value);
}

function shown(value: unknown): string {
  return typeof value === "object" ? kindOf(value) : (JSON.stringify(value)?.slice(0, 60) ?? "nothing");
}
