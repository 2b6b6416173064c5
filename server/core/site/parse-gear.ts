/** One piece of gear of others in `tandem.yaml`: how it is audited, and whether it obeys. */

import type { FieldReader } from "./field-reader.ts";
import type { GearAudit, GearSpec, MgcpAudit, SipAudit, SnmpAudit } from "./gear.ts";
import { parseSnmpAccess } from "./parse-snmp-access.ts";

const name = { pattern: /^[a-z][a-z0-9-]{0,31}$/, means: "a name of small letters, digits and dashes, at most 32" };
const hostName = { pattern: /^[A-Za-z0-9.:-]{1,253}$/, means: "a host name or address" };
const ports = { snmp: 161, mgcp: 2427, sip: 5060 } as const;
const profileName = { pattern: /^[a-z][a-z0-9-]{0,39}$/, means: "auto, or a profile's name" };
const sipUri = /^sips?:[^\s<>"]{1,200}$/;
/** Where the probe leaves whom to ask about to the person. */
export const placeholderResource = "sip:NAME@";
const mostResources = 10_000;

export function parseGear(fields: FieldReader, auditMs: number): GearSpec {
  const host = fields.has("host") ? fields.text("host", hostName) : null;
  const gearName = fields.text("name", name);
  const audit = fields.inside("audit");
  const protocol = audit.choice("protocol", ["snmp", "mgcp", "sip", "rpc"]);
  const spec: GearSpec = {
    name: gearName,
    kind: fields.choice("kind", ["trunk", "interface", "phone"], "trunk"),
    priority: fields.number("priority", { from: 1, to: 99, or: 5 }),
    audit: parseAudit(audit, protocol, host, gearName),
    control: fields.choice("control", ["mgcp", "none"], "none"),
    pollSeconds: fields.number("pollSeconds", { from: 0.5, to: 3600, whole: false, or: auditMs / 1000 }),
    packetsPerSecond: fields.number("packetsPerSecond", { from: 1, to: 100_000, or: 200 }),
    polled: fields.flag("polled", true),
  };
  if (spec.control === "mgcp" && protocol !== "mgcp")
    fields.refuse("control", "mgcp needs audit.protocol mgcp: who is commanded must be asked the same way");
  audit.end();
  fields.end();
  return spec;
}

function parseAudit(fields: FieldReader, protocol: GearAudit["protocol"], host: string | null, gearName: string): GearAudit {
  switch (protocol) {
    case "snmp":
      return parseSnmp(fields, host);
    case "mgcp":
      return parseMgcp(fields, host, gearName);
    case "sip":
      return parseSip(fields, host);
    case "rpc":
      return { protocol, url: fields.text("url", { pattern: /^https?:\/\/[^\s]{1,500}$/, means: "a URL like http://10.0.0.9:5060/RPC" }) };
  }
}

function parseSnmp(fields: FieldReader, host: string | null): SnmpAudit {
  const profile = fields.text("profile", { ...profileName, or: "auto" });
  return {
    protocol: "snmp",
    address: fields.address("address", host, ports.snmp),
    access: parseSnmpAccess(fields),
    context: fields.text("context", { pattern: /^[\x20-\x7e]{0,64}$/, means: "at most 64 printable characters", or: "" }),
    profile: profile === "auto" ? null : profile,
  };
}

function parseMgcp(fields: FieldReader, host: string | null, gearName: string): MgcpAudit {
  const endpoints = fields.inside("endpoints");
  const audit: MgcpAudit = {
    protocol: "mgcp",
    address: fields.address("address", host, ports.mgcp),
    domain: fields.text("domain", {
      pattern: /^[A-Za-z0-9.:[\]-]{1,253}$/,
      means: "what stands behind the @ of its endpoints",
      or: gearName,
    }),
    endpoints: {
      prefix: endpoints.text("prefix", {
        pattern: /^[A-Za-z][A-Za-z0-9/-]*\/$/,
        means: "an endpoint prefix that ends in a slash, like rtpbridge/",
        or: "rtpbridge/",
      }),
      count: endpoints.number("count", { from: 1, to: 100_000, or: 31 }),
    },
    vty: fields.has("vty") ? fields.address("vty", host, null) : null,
  };
  endpoints.end();
  return audit;
}

function parseSip(fields: FieldReader, host: string | null): SipAudit {
  const resources = fields.names("resources");
  if (resources.length > mostResources) fields.refuse("resources", `more than ${mostResources}`);
  if (resources.some((uri) => uri.startsWith(placeholderResource)))
    fields.refuse("resources", `say whom to ask about: ${placeholderResource}… only holds the place`);
  const wrong = resources.find((uri) => !sipUri.test(uri));
  if (wrong !== undefined) fields.refuse("resources", `${JSON.stringify(wrong.slice(0, 60))} is no SIP URI like sip:bob@10.0.0.9`);
  const hasUser = fields.has("user") || fields.has("secret");
  return {
    protocol: "sip",
    address: fields.address("address", host, ports.sip),
    transport: fields.choice("transport", ["udp", "tcp"], "udp"),
    resources,
    user: hasUser
      ? {
          name: fields.text("user", { pattern: /^[\x21-\x7e]{1,64}$/, means: "1 to 64 printable characters" }),
          secret: fields.secret("secret"),
        }
      : null,
    subscribe: fields.flag("subscribe", false),
    optionsSeconds: fields.number("optionsSeconds", { from: 0, to: 3600, whole: false, or: 10 }) || null,
  };
}
