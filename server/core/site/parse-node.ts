/** One server, gateway or witness of `tandem.yaml`. `host` once is enough: every address of the node has a default port on it. */

import type { FieldReader } from "./field-reader.ts";
import { parseActions } from "./parse-actions.ts";
import { parseSnmpAccess } from "./parse-snmp-access.ts";
import { type GatewaySpec, type OwnAuditProtocol, ownAuditProtocols, type ServerSpec, type SipSpec, type WitnessSpec } from "./site.ts";

const name = { pattern: /^[a-z][a-z0-9-]{0,31}$/, means: "a name of small letters, digits and dashes, at most 32" };
const hostName = { pattern: /^[A-Za-z0-9.:-]{1,253}$/, means: "a host name or address" };

export const defaultPorts = {
  serverPath1: 4700,
  serverPath2: 4701,
  serverMgcp: 2727,
  gatewayLink: 4710,
  gatewayMgcp: 2427,
  gatewaySnmp: 161,
  gatewaySip: 5060,
  witnessLink: 4720,
  operator: 4780,
  rtpFrom: 20_000,
  rtpTo: 29_999,
} as const;

function nodeHost(fields: FieldReader): string | null {
  return fields.has("host") ? fields.text("host", hostName) : null;
}

export function parseServer(fields: FieldReader, index: number): ServerSpec {
  const host = nodeHost(fields);
  const link = fields.inside("link");
  const spec: ServerSpec = {
    name: fields.text("name", name),
    rank: fields.number("rank", { from: 0, to: 99, or: index }),
    link: {
      path1: link.address("path1", host, defaultPorts.serverPath1),
      path2: link.address("path2", host, defaultPorts.serverPath2),
    },
    mgcp: fields.address("mgcp", host, defaultPorts.serverMgcp),
    operator: fields.address("operator", host, defaultPorts.operator),
    // No default: port 162 needs a privilege, and most sites have a receiver of traps already.
    snmpTraps: fields.has("snmpTraps") ? fields.address("snmpTraps", host, null) : null,
    capacityCalls: fields.number("capacityCalls", { from: 1, to: 1_000_000, or: 2000 }),
    actions: parseActions(fields.inside("actions")),
  };
  link.end();
  fields.end();
  return spec;
}

export function parseGateway(fields: FieldReader, auditMs: number): GatewaySpec {
  const host = nodeHost(fields);
  const kind = fields.choice("kind", ["trunk", "interface", "phone"]);
  const snmp = fields.inside("snmp");
  const rtp = fields.inside("rtp");
  const endpoints = fields.inside("endpoints");
  const link = fields.address("link", host, defaultPorts.gatewayLink);
  const digits = { pattern: /^[0-9]{1,15}$/, means: "digits, at most 15" };
  const spec: GatewaySpec = {
    name: fields.text("name", name),
    kind,
    voter: fields.flag("voter", kind !== "phone"),
    priority: fields.number("priority", { from: 1, to: 99, or: 5 }),
    link,
    mgcp: fields.address("mgcp", host, defaultPorts.gatewayMgcp),
    snmp: {
      ...snmp.address("address", host, defaultPorts.gatewaySnmp),
      ...parseSnmpAccess(snmp),
    },
    sip: fields.has("sip") ? parseSip(fields, host) : null,
    operator: fields.address("operator", host, defaultPorts.operator),
    rtp: {
      host: rtp.text("host", { ...hostName, or: host ?? link.host }),
      portFrom: rtp.number("portFrom", { from: 1024, to: 65534, or: defaultPorts.rtpFrom }),
      portTo: rtp.number("portTo", { from: 1025, to: 65535, or: defaultPorts.rtpTo }),
    },
    endpoints: {
      prefix: endpoints.text("prefix", {
        pattern: /^[a-z][a-z0-9/-]*\/$/,
        means: "an endpoint prefix that ends in a slash, like aaln/",
        or: kind === "trunk" ? "ds/e1-1/" : "aaln/",
      }),
      count: endpoints.number("count", { from: 1, to: 10_000, or: kind === "phone" ? 1 : 24 }),
    },
    firstNumber: kind === "trunk" && !fields.has("firstNumber") ? null : fields.text("firstNumber", digits),
    audit: parseOwnAudit(fields.inside("audit")),
    pollSeconds: fields.number("pollSeconds", { from: 0.5, to: 3600, whole: false, or: auditMs / 1000 }),
    localTo: fields.has("localTo") ? fields.text("localTo", name) : null,
  };
  for (const inside of [snmp, rtp, endpoints, fields]) inside.end();
  return spec;
}

function parseOwnAudit(fields: FieldReader): OwnAuditProtocol {
  const protocol = fields.choice("protocol", ownAuditProtocols, "snmp");
  fields.end();
  return protocol;
}

/** `sip: 10.0.0.5:5060`, or a mapping with the address and whom to trust. */
function parseSip(fields: FieldReader, host: string | null): SipSpec {
  if (typeof fields.raw("sip") !== "object") return { ...fields.address("sip", host, defaultPorts.gatewaySip), user: null, secret: null };
  const sip = fields.inside("sip");
  const needsProof = sip.has("user") || sip.has("secret");
  const spec: SipSpec = {
    ...sip.address("address", host, defaultPorts.gatewaySip),
    user: needsProof ? sip.text("user", { pattern: /^[A-Za-z0-9_.-]{1,64}$/, means: "a user name of letters, digits, _ . and -" }) : null,
    secret: needsProof ? sip.secret("secret") : null,
  };
  sip.end();
  return spec;
}

export function parseWitness(fields: FieldReader): WitnessSpec {
  const host = nodeHost(fields);
  const spec: WitnessSpec = {
    name: fields.text("name", name),
    link: fields.address("link", host, defaultPorts.witnessLink),
    operator: fields.address("operator", host, defaultPorts.operator),
  };
  fields.end();
  return spec;
}
