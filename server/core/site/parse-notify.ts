/** Whom Tandem tells of its changes (`notify` in `tandem.yaml`): one webhook in Alertmanager's format, and syslog. */

import type { FieldReader } from "./field-reader.ts";
import { parseUrl } from "./parse-actions.ts";
import { type HostPort, localSyslog, type NotifySpec, type SyslogSpec, syslogFacilities, type WebhookSpec } from "./site.ts";

export function parseNotify(fields: FieldReader): NotifySpec {
  const spec: NotifySpec = {
    webhook: fields.has("webhook") ? parseWebhook(fields.inside("webhook")) : null,
    syslog: fields.has("syslog") ? parseSyslog(fields.inside("syslog")) : null,
    holdOffSeconds: fields.number("holdOffSeconds", { from: 1, to: 3600, or: 15 }),
    consoleUrl: fields.has("consoleUrl") ? parseUrl(fields, "consoleUrl").replace(/\/+$/, "") : null,
  };
  if (!fields.has("webhook") && !fields.has("syslog"))
    fields.refuse("", "must have webhook, syslog or both; leave out notify to tell nobody");
  fields.end();
  return spec;
}

function parseWebhook(fields: FieldReader): WebhookSpec {
  const spec = {
    url: parseUrl(fields, "url"),
    secret: fields.secret("secret"),
    timeoutMs: fields.number("timeoutMs", { from: 100, to: 60_000, or: 5_000 }),
  };
  fields.end();
  return spec;
}

function parseSyslog(fields: FieldReader): SyslogSpec {
  const local = fields.has("to") && fields.raw("to") === localSyslog;
  const spec: SyslogSpec = {
    to: local ? localSyslog : syslogAddress(fields),
    facility: fields.choice("facility", syslogFacilities, "daemon"),
    appName: fields.text("appName", { pattern: /^[\x21-\x7e]{1,48}$/, means: "1 to 48 printable characters without spaces", or: "tandem" }),
  };
  fields.end();
  return spec;
}

function syslogAddress(fields: FieldReader): HostPort {
  const value = fields.raw("to");
  if (typeof value === "string" && value.includes(":")) return fields.address("to", null, null);
  fields.refuse(
    "to",
    `${value === undefined ? "is missing; it" : ""} must be ${localSyslog}, or host:port of a UDP receiver like 10.0.0.5:514`.trim(),
  );
  return { host: "", port: 0 };
}

/** For `tandem config validate`. */
export function describeNotify(notify: NotifySpec | null): string[] {
  if (notify === null) return ["Nobody is told of failovers, switchovers and lost readiness: notify is not set."];
  const { webhook, syslog, holdOffSeconds } = notify;
  const receivers = [
    ...(webhook === null ? [] : [`${webhook.url} (signed, ${webhook.timeoutMs} ms)`]),
    ...(syslog === null
      ? []
      : [
          `syslog at ${syslog.to === localSyslog ? localSyslog : `${syslog.to.host}:${syslog.to.port}`} (${syslog.facility}, ${syslog.appName})`,
        ]),
  ];
  return [`Each failover, switchover and held automation is told to ${receivers.join(" and ")}; lost readiness after ${holdOffSeconds} s.`];
}
