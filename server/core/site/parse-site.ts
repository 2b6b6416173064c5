/**
 * A plain value (what the YAML reader made of `tandem.yaml`) → a Site with every default filled in, or every reason
 * why not. Never stops at the first problem, never throws: a configuration is bad input like any other.
 */

import { FieldReader } from "./field-reader.ts";
import { noActions, parseActions } from "./parse-actions.ts";
import { parseChangeRule } from "./parse-change-rule.ts";
import { parseGear } from "./parse-gear.ts";
import { parseGateway, parseServer, parseWitness } from "./parse-node.ts";
import { parseNotify } from "./parse-notify.ts";
import type { KeySpec, RouteSpec, Site } from "./site.ts";
import { consistencyProblems, siteWarnings } from "./site-consistency.ts";
import { defaultTimers, type Timers, timerProblems } from "./timers.ts";

export type ParsedSite =
  | { readonly ok: true; readonly site: Site; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly string[] };

const word = { pattern: /^\S.{0,63}$/, means: "a name of at most 64 characters" };

export function parseSite(value: unknown): ParsedSite {
  const problems: string[] = [];
  const fields = new FieldReader(value, "", problems);
  const timers = parseTimers(fields.inside("timers"));
  const changes = fields.inside("automaticChanges");
  const site: Site = {
    site: fields.text("site", word),
    cluster: fields.text("cluster", word),
    version: fields.number("version", { from: 1, to: 1_000_000_000, or: 1 }),
    votersVersion: fields.number("votersVersion", { from: 1, to: 1_000_000_000, or: 1 }),
    timers,
    servers: fields.list("servers", true).map(parseServer),
    gateways: fields.list("gateways", true).map((one) => parseGateway(one, timers.auditMs)),
    gear: fields.list("gear", false).map((one) => parseGear(one, timers.auditMs)),
    snmpProfiles: fields.has("snmpProfiles") ? fields.text("snmpProfiles", { pattern: /^.{1,500}$/, means: "a folder" }) : null,
    witnesses: fields.list("witnesses", false).map(parseWitness),
    routes: fields.list("routes", false).map(parseRoute),
    keys: fields.list("keys", true).map(parseKey),
    operatorToken: fields.secret("operatorToken"),
    console: fields.has("console") ? fields.address("console", null, null) : { host: "127.0.0.1", port: 3000 },
    partition: fields.choice("partition", ["survive", "strict"], "survive"),
    merge: parseChangeRule(fields, "merge", ["now", "manual", "at-zero-calls"], { when: "now" }),
    failback: parseChangeRule(fields, "failback", ["never", "manual", "at-zero-calls"], { when: "manual" }),
    takeover: fields.choice("takeover", ["hot", "cold"], "hot"),
    automaticChanges: {
      limit: changes.number("limit", { from: 0, to: 100_000, or: 3 }),
      windowSeconds: changes.number("windowSeconds", { from: 1, to: 604_800, or: 3600 }),
    },
    actions: { ...noActions, ...parseActions(fields.inside("actions")) },
    notify: fields.has("notify") ? parseNotify(fields.inside("notify")) : null,
  };
  changes.end();
  fields.raw("$schema");
  fields.end();
  // Half-read values would only repeat the first problems in other words.
  if (problems.length === 0) problems.push(...timerProblems(timers), ...consistencyProblems(site));
  return problems.length === 0 ? { ok: true, site, warnings: siteWarnings(site) } : { ok: false, problems };
}

function parseTimers(fields: FieldReader): Timers {
  const ms = (field: keyof Timers): number => fields.number(field, { from: 1, to: 3_600_000, or: defaultTimers[field] });
  const timers: Timers = {
    keepaliveMs: ms("keepaliveMs"),
    missLimit: fields.number("missLimit", { from: 2, to: 1000, or: defaultTimers.missLimit }),
    suspectAt: fields.number("suspectAt", { from: 1, to: 1000, or: defaultTimers.suspectAt }),
    promiseMs: ms("promiseMs"),
    leaseMs: ms("leaseMs"),
    claimMs: ms("claimMs"),
    contestMs: ms("contestMs"),
    voteMs: ms("voteMs"),
    auditMs: ms("auditMs"),
    clockRateError: fields.number("clockRateError", { from: 0, to: 0.5, whole: false, or: defaultTimers.clockRateError }),
  };
  fields.end();
  return timers;
}

function parseRoute(fields: FieldReader): RouteSpec {
  const route = {
    prefix: fields.text("prefix", { pattern: /^[0-9]{1,15}$/, means: "digits, at most 15" }),
    gateways: fields.names("gateways"),
  };
  fields.end();
  return route;
}

function parseKey(fields: FieldReader): KeySpec {
  const key = { id: fields.number("id", { from: 1, to: 255 }), secret: fields.secret("secret") };
  fields.end();
  return key;
}
