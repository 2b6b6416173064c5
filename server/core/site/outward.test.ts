/** What a site does and tells beside Tandem: `actions` and `notify`. */
import { describe, expect, test } from "vitest";
import { describeSite } from "./describe-site.ts";
import { actionsOf } from "./parse-actions.ts";
import { parseSite } from "./parse-site.ts";
import type { Site } from "./site.ts";

type Fields = Record<string, unknown>;

function siteWith(more: Fields, serverMore: Fields = {}): Fields {
  return {
    site: "north",
    cluster: "north-1",
    operatorToken: "env:TOKEN",
    keys: [{ id: 1, secret: "file:key" }],
    servers: [
      { name: "cs-a", host: "10.0.0.1", ...serverMore },
      { name: "cs-b", host: "10.0.0.2" },
    ],
    gateways: [{ name: "gw-1", kind: "trunk", host: "10.0.0.3" }],
    witnesses: [4, 5].map((host) => ({ name: `wit-${host}`, host: `10.0.0.${host}` })),
    ...more,
  };
}

function siteOf(value: Fields): Site {
  const parsed = parseSite(value);
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.site;
}

const problemsOf = (value: Fields): readonly string[] => {
  const parsed = parseSite(value);
  return parsed.ok ? [] : parsed.problems;
};

const exec = { exec: { command: ["/usr/local/sbin/move-address", "up"] }, timeoutMs: 3000, blocking: true };
const http = { http: { url: "https://dns.example.net/north", secret: "env:DNS" } };

describe("actions", () => {
  test("defaults are filled in; nothing is done where nothing is set", () => {
    expect(siteOf(siteWith({})).actions).toEqual({ onPromote: [], onDemote: [] });
    expect(siteOf(siteWith({ actions: { onPromote: [exec, http] } })).actions).toEqual({
      onPromote: [
        { kind: "exec", command: ["/usr/local/sbin/move-address", "up"], timeoutMs: 3000, blocking: true },
        { kind: "http", url: "https://dns.example.net/north", method: "POST", secret: "env:DNS", timeoutMs: 10_000, blocking: false },
      ],
      onDemote: [],
    });
  });

  test("a server's own list stands for the site's; one that it leaves out is inherited", () => {
    const site = siteOf(siteWith({ actions: { onPromote: [exec], onDemote: [http] } }, { actions: { onDemote: [] } }));
    const [a, b] = site.servers.map((server) => actionsOf(site, server));
    expect(a).toEqual({ onPromote: site.actions.onPromote, onDemote: [] });
    expect(b).toEqual(site.actions);
  });

  test.each<[string, unknown, string]>([
    ["esl", { esl: { command: "reload" } }, "actions.onPromote[0].esl: is not built yet; use exec with fs_cli, or http"],
    ["neither kind", { timeoutMs: 500 }, "actions.onPromote[0]: must have exactly one of exec, http"],
    ["both kinds", { ...exec, ...http }, "actions.onPromote[0]: must have exactly one of exec, http"],
    [
      "a program by name",
      { exec: { command: ["move-address"] } },
      "actions.onPromote[0].exec.command: must begin with the program by its whole path, then its arguments, for example [/usr/local/sbin/move-address, up]; no shell and no search path are used",
    ],
    [
      "a line for a shell",
      { exec: { command: "ip addr add" } },
      'actions.onPromote[0].exec.command: must be a list of names, not "ip addr add"',
    ],
    [
      "no words",
      { exec: { command: [] } },
      "actions.onPromote[0].exec.command: must be the program by its whole path, then its arguments, for example [/usr/local/sbin/move-address, up]",
    ],
    ["no time", { ...exec, timeoutMs: 0 }, "actions.onPromote[0].timeoutMs: must be a whole number from 100 to 600000, not 0"],
    [
      "a password in the URL",
      { http: { url: "https://me:hunter2@dns.example.net/" } },
      "actions.onPromote[0].http.url: must be a URL like https://alerts.example.net/tandem, without user or password",
    ],
    [
      "a secret itself",
      { http: { ...http.http, secret: "hunter2-hunter2" } },
      "actions.onPromote[0].http.secret: must be file:<path> or env:<NAME>, never the secret itself",
    ],
  ])("%s is refused with the field and the fix", (_what, action, problem) => {
    expect(problemsOf(siteWith({ actions: { onPromote: [action] } }))).toEqual([problem]);
  });

  test("are told in order, servers with the same lists once", () => {
    const lists = { onPromote: [exec, http], onDemote: [] };
    const text = (value: Fields) => describeSite(siteOf(value), []).join("\n");
    expect(text(siteWith({ actions: lists }))).toContain(
      "When cs-a or cs-b becomes primary, it also does: 1. /usr/local/sbin/move-address up (at most 3000 ms, a failure ends the list); 2. POST https://dns.example.net/north (at most 10000 ms).",
    );
    expect(text(siteWith({}, { actions: { onDemote: [http] } }))).toContain("When cs-a is primary no more, it also does: 1. POST");
  });
});

describe("notify", () => {
  const webhook = { url: "https://alerts.example.net/tandem", secret: "file:webhook.secret" };

  test("defaults are filled in; nobody is told where nothing is set", () => {
    expect(siteOf(siteWith({})).notify).toBeNull();
    expect(siteOf(siteWith({ notify: { webhook, syslog: { to: "10.0.0.9:514" } } })).notify).toEqual({
      webhook: { ...webhook, timeoutMs: 5000 },
      syslog: { to: { host: "10.0.0.9", port: 514 }, facility: "daemon", appName: "tandem" },
      holdOffSeconds: 15,
      consoleUrl: null,
    });
    const local = siteOf(siteWith({ notify: { syslog: { to: "/dev/log", facility: "local0" }, consoleUrl: "https://noc.example.net/" } }));
    expect(local.notify).toMatchObject({ syslog: { to: "/dev/log", facility: "local0" }, consoleUrl: "https://noc.example.net" });
  });

  test.each<[string, unknown, string]>([
    ["nobody", {}, "notify: must have webhook, syslog or both; leave out notify to tell nobody"],
    [
      "no secret",
      { webhook: { url: webhook.url } },
      "notify.webhook.secret: is missing; it must be file:<path> or env:<NAME>, never the secret itself",
    ],
    ["no receiver", { syslog: {} }, "notify.syslog.to: is missing; it must be /dev/log, or host:port of a UDP receiver like 10.0.0.5:514"],
    ["no port", { syslog: { to: "10.0.0.5" } }, "notify.syslog.to: must be /dev/log, or host:port of a UDP receiver like 10.0.0.5:514"],
    [
      "a name with a space",
      { syslog: { to: "a:514", appName: "a b" } },
      'notify.syslog.appName: must be 1 to 48 printable characters without spaces, not "a b"',
    ],
    [
      "another scheme",
      { webhook: { ...webhook, url: "ftp://a/" } },
      "notify.webhook.url: must be a URL like https://alerts.example.net/tandem, without user or password",
    ],
  ])("%s is refused with the field and the fix", (_what, notify, problem) => {
    expect(problemsOf(siteWith({ notify }))).toEqual([problem]);
  });

  test.each([5, [], "x", { webhook: 5 }, { syslog: [] }, { webhook: { url: {}, secret: [] } }])(
    "%j is no configuration and no crash",
    (value) => {
      expect(problemsOf(siteWith({ notify: value, actions: value })).length).toBeGreaterThan(0);
      expect(problemsOf(siteWith({ actions: { onPromote: value, onDemote: [value] } })).length).toBeGreaterThan(0);
    },
  );

  test("is told, and that nobody is told", () => {
    const text = (value: Fields) => describeSite(siteOf(value), []).join("\n");
    expect(text(siteWith({}))).toContain("Nobody is told of failovers");
    expect(text(siteWith({ notify: { webhook, syslog: { to: "a:514" } } }))).toContain(
      "Each failover, switchover and held automation is told to https://alerts.example.net/tandem (signed, 5000 ms) and syslog at a:514 (daemon, tandem); lost readiness after 15 s.",
    );
  });
});
