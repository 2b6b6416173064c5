/**
 * What `tandem gateway probe` was told → what is asked of whom, or every reason why not. The words become an entry of `gear:` and are read by the
 * site's own parser, so that what is probed is what the site would have; its problems are told in the names of the options.
 */
import { FieldReader } from "../../core/site/field-reader.ts";
import type { GearAudit } from "../../core/site/gear.ts";
import { parseGear } from "../../core/site/parse-gear.ts";
import type { HostPort } from "../../core/site/site.ts";
import { hostPortText } from "../../protocols/sip/address.ts";

export type ProbeProtocol = GearAudit["protocol"];

/** As they were typed. */
export interface ProbeOptions {
  readonly protocol: ProbeProtocol | "all";
  readonly community?: string;
  readonly user?: string;
  readonly authProtocol?: string;
  readonly authSecret?: string;
  readonly privacyProtocol?: string;
  readonly privacySecret?: string;
  readonly domain?: string;
  readonly endpoint?: string;
  readonly vty?: string;
  readonly resource: readonly string[];
  readonly transport: "udp" | "tcp";
  readonly rpc?: string;
  readonly profiles?: string;
  readonly rows: number;
  readonly timeout: number;
}

export interface ProbePlan {
  readonly host: string;
  readonly audits: readonly GearAudit[];
  /** Domains of its MGCP endpoints that are tried in turn. */
  readonly domains: readonly string[];
  /** The number of the endpoint that is asked first. */
  readonly firstEndpoint: number;
  /** A folder of SNMP profiles beside the shipped ones. */
  readonly profiles: string | null;
  readonly rows: number;
  readonly timeoutMs: number;
}

export type PlannedProbe = { readonly ok: true; readonly plan: ProbePlan } | { readonly ok: false; readonly problems: readonly string[] };

const addressForm = /^(?:\[([0-9A-Fa-f:]+)\]|([A-Za-z0-9.-]{1,253})|([0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*))(?::(\d{1,5}))?$/;
const endpointForm = /^([A-Za-z][A-Za-z0-9/-]*\/)(?:([1-9]\d{0,4})|\*)?(?:@(.+))?$/;
const community = /^[\x21-\x7e]{1,128}$/;
const defaultPorts: Readonly<Record<ProbeProtocol, number>> = { snmp: 161, mgcp: 2427, sip: 5060, rpc: 5060 };

export function planProbe(address: string, options: ProbeOptions): PlannedProbe {
  const at = parseAddress(address);
  if (at === null)
    return {
      ok: false,
      problems: [`${JSON.stringify(address.slice(0, 80))} is no address: give host or host:port, like 10.0.0.9 or [2001:db8::9]:161`],
    };
  const endpoint = endpointForm.exec(options.endpoint ?? "rtpbridge/1");
  const problems = [...misplaced(options)];
  if (endpoint === null) problems.push("--endpoint: must be a name like rtpbridge/1, or one with its domain like rtpbridge/1@mgw");
  // Its problem never repeats what was given: it is a secret of a kind.
  if (options.community !== undefined && !community.test(options.community))
    problems.push("--community: must be 1 to 64 printable characters, or a reference file:<path> or env:<NAME>");
  if (problems.length > 0) return { ok: false, problems };
  const protocols = protocolsOf(options);
  const domain = options.domain ?? endpoint?.[3] ?? null;
  const prefix = endpoint?.[1] ?? "rtpbridge/";
  const audits = protocols.map((protocol) => {
    const found = auditOf(protocol, at, options, { domain, prefix });
    problems.push(...found.problems.map(inOptions));
    return found.audit;
  });
  if (problems.length > 0) return { ok: false, problems: [...new Set(problems)] };
  return {
    ok: true,
    plan: {
      host: at.host,
      audits,
      domains: domain === null ? ["mgw", at.host, `[${at.host}]`] : [domain],
      firstEndpoint: Number(endpoint?.[2] ?? 1),
      profiles: options.profiles ?? null,
      rows: options.rows,
      timeoutMs: options.timeout,
    },
  };
}

function parseAddress(text: string): { readonly host: string; readonly port: number | null } | null {
  const match = addressForm.exec(text);
  if (match === null) return null;
  const [, bracketed, name, bare, port] = match;
  // Without brackets nobody knows which colon begins the port.
  if (bare !== undefined) return { host: text, port: null };
  const number = port === undefined ? null : Number(port);
  if (number !== null && (number < 1 || number > 65_535)) return null;
  return { host: bracketed ?? name ?? "", port: number };
}

/** Of the four, those that were asked for. */
function protocolsOf({ protocol }: ProbeOptions): readonly ProbeProtocol[] {
  return protocol === "all" ? ["snmp", "mgcp", "sip", "rpc"] : [protocol];
}

const usedBy: readonly (readonly [option: keyof ProbeOptions, name: string, protocols: readonly ProbeProtocol[]])[] = [
  ["community", "--community", ["snmp"]],
  ["user", "--user", ["snmp", "sip"]],
  ["authSecret", "--auth-secret", ["snmp", "sip"]],
  ["authProtocol", "--auth-protocol", ["snmp"]],
  ["privacyProtocol", "--privacy-protocol", ["snmp"]],
  ["privacySecret", "--privacy-secret", ["snmp"]],
  ["profiles", "--profiles", ["snmp"]],
  ["domain", "--domain", ["mgcp"]],
  ["endpoint", "--endpoint", ["mgcp"]],
  ["vty", "--vty", ["mgcp"]],
  ["resource", "--resource", ["sip"]],
  ["rpc", "--rpc", ["rpc"]],
];

/** Options that say nothing to the protocol that was asked for. */
function* misplaced(options: ProbeOptions): Iterable<string> {
  const { protocol } = options;
  if (protocol === "all") return;
  for (const [option, name, protocols] of usedBy) {
    const given = options[option];
    if (given === undefined || (Array.isArray(given) && given.length === 0) || protocols.includes(protocol)) continue;
    yield `${name} is for ${protocols.join(" and ")}, and --protocol ${protocol} leaves that out`;
  }
}

function auditOf(
  protocol: ProbeProtocol,
  at: { readonly host: string; readonly port: number | null },
  options: ProbeOptions,
  { domain, prefix }: { readonly domain: string | null; readonly prefix: string },
): { readonly audit: GearAudit; readonly problems: readonly string[] } {
  const to: HostPort = { host: at.host, port: at.port ?? defaultPorts[protocol] };
  const address = hostPortText(to.host, to.port);
  const raw: Record<ProbeProtocol, object> = {
    snmp: { protocol, address, community: options.community, user: options.user, ...usmOf(options) },
    mgcp: { protocol, address, domain: domain ?? undefined, endpoints: { prefix }, vty: portOrAddress(options.vty) },
    sip: { protocol, address, transport: options.transport, resources: options.resource, ...digestOf(options) },
    rpc: { protocol, url: options.rpc ?? `http://${address}/RPC` },
  };
  const problems: string[] = [];
  const { audit } = parseGear(new FieldReader({ name: "probed", host: at.host, audit: raw[protocol] }, "", problems), 5_000);
  return { audit, problems };
}

function usmOf({ authProtocol, authSecret, privacyProtocol, privacySecret }: ProbeOptions): object {
  const part = (protocol: string | undefined, secret: string | undefined) =>
    protocol === undefined && secret === undefined ? undefined : { protocol, secret };
  return { auth: part(authProtocol, authSecret), privacy: part(privacyProtocol, privacySecret) };
}

/** A user without a secret may be one of SNMP, where there is such a thing. */
function digestOf({ protocol, user, authSecret }: ProbeOptions): object {
  return protocol === "sip" || (user !== undefined && authSecret !== undefined) ? { user, secret: authSecret } : {};
}

/** Of osmo-mgw: as a rule another port of the same host. */
function portOrAddress(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : text;
}

const optionOfField: Readonly<Record<string, string>> = {
  address: "the address",
  community: "--community",
  user: "--user",
  "auth.protocol": "--auth-protocol",
  "auth.secret": "--auth-secret",
  auth: "--auth-secret",
  "privacy.protocol": "--privacy-protocol",
  "privacy.secret": "--privacy-secret",
  privacy: "--privacy-secret",
  domain: "--domain",
  "endpoints.prefix": "--endpoint",
  vty: "--vty",
  resources: "--resource",
  secret: "--auth-secret",
  url: "--rpc",
};

function inOptions(problem: string): string {
  const [, field = "", what = ""] = /^audit\.([A-Za-z.]+): (.*)$/s.exec(problem) ?? [];
  const option = optionOfField[field];
  return option === undefined ? problem : `${option}: ${what}`;
}
