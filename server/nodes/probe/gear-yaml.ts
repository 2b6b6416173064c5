/**
 * An entry of `gear:` in tandem.yaml as text. Secrets stand there by reference only: a community that was given as text is not repeated, but for
 * `public`, which is none.
 */
import { stringify } from "yaml";
import type { GearAudit, MgcpAudit, SipAudit, SnmpAudit } from "../../core/site/gear.ts";
import { placeholderResource } from "../../core/site/parse-gear.ts";
import type { HostPort } from "../../core/site/site.ts";
import { hostPortText } from "../../protocols/sip/address.ts";

/** Where a person puts the community that this text leaves out. */
const communityReference = "file:keys/snmp.community";

export function gearYaml(name: string, audit: GearAudit): string {
  const comment =
    audit.protocol === "snmp" && hidesCommunity(audit) ? `# Put the community into keys/snmp.community, beside this file.\n` : "";
  const question = audit.protocol === "sip" && audit.resources.length === 0 ? "# Say whom to ask about under resources.\n" : "";
  return `${comment}${question}${stringify([{ name, audit: entryOf(audit) }], { lineWidth: 0 })}`;
}

/** As the site names nodes: small letters, digits and dashes. */
export function nameOfHost(host: string): string {
  const label = /^[a-z]/i.test(host) && !host.includes(":") ? (host.split(".")[0] ?? host) : `gear-${host}`;
  return label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/-+$/, "")
    .slice(0, longestName);
}

const longestName = 32;

/** Of several entries for one host each needs a name of its own: the second and further ones carry their protocol. */
export function namesOf(host: string, protocols: readonly GearAudit["protocol"][]): readonly string[] {
  const name = nameOfHost(host);
  return protocols.map((protocol, place) =>
    place === 0 ? name : `${name.slice(0, longestName - protocol.length - 1).replace(/-+$/, "")}-${protocol}`,
  );
}

/** What the entry of gear needs beside `gear:`; null where nothing is. */
export function besideGearYaml(audit: GearAudit, profiles: string | null): string | null {
  const needed = audit.protocol === "snmp" && audit.profile !== null && profiles !== null;
  return needed ? stringify({ snmpProfiles: profiles }, { lineWidth: 0 }) : null;
}

function entryOf(audit: GearAudit): object {
  switch (audit.protocol) {
    case "snmp":
      return snmpValue(audit);
    case "mgcp":
      return mgcpValue(audit);
    case "sip":
      return sipValue(audit);
    case "rpc":
      return { protocol: audit.protocol, url: audit.url };
  }
}

function snmpValue(audit: SnmpAudit): object {
  const { user } = audit.access;
  const community = hidesCommunity(audit) ? communityReference : audit.access.community;
  return {
    protocol: audit.protocol,
    address: textOf(audit.address),
    // Who has a user is asked as one.
    ...(user === null ? { community } : { user: user.user }),
    ...(user?.auth ? { auth: user.auth } : {}),
    ...(user?.privacy ? { privacy: user.privacy } : {}),
    ...(audit.profile === null ? {} : { profile: audit.profile }),
  };
}

function hidesCommunity({ access: { community, user } }: SnmpAudit): boolean {
  return user === null && community !== null && community !== "public" && !/^(file|env):/.test(community);
}

function mgcpValue({ protocol, address, domain, endpoints, vty }: MgcpAudit): object {
  return { protocol, address: textOf(address), domain, endpoints, ...(vty === null ? {} : { vty: textOf(vty) }) };
}

function sipValue({ protocol, address, transport, resources, user }: SipAudit): object {
  const asked = resources.length > 0 ? resources : [`${placeholderResource}${hostPortText(address.host, null)}`];
  const digest = user === null ? {} : { user: user.name, secret: user.secret };
  return { protocol, address: textOf(address), transport, resources: asked, ...digest };
}

function textOf({ host, port }: HostPort): string {
  return hostPortText(host, port);
}
