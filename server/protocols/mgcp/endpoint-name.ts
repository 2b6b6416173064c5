/** Endpoint names (RFC 3435 2.1.2): `local@domain`, with the wildcards `*` (all of) and `$` (any of) as whole terms of the local part. */

export interface EndpointName {
  readonly local: string;
  readonly domain: string;
  readonly wildcard: "none" | "all" | "any";
}

const domainName = /^([A-Za-z0-9][A-Za-z0-9.-]{0,254}|\[[0-9A-Fa-f:.]{2,45}\])$/;
const localTerm = /^[A-Za-z0-9_.+~-]{1,64}$/;

export function parseEndpointName(text: string): EndpointName | null {
  const at = text.indexOf("@");
  if (at < 1 || text.length > 255) return null;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (!domainName.test(domain)) return null;
  let wildcard: EndpointName["wildcard"] = "none";
  for (const term of local.split("/")) {
    if (term === "*") wildcard = "all";
    else if (term === "$") wildcard = wildcard === "all" ? "all" : "any";
    else if (!localTerm.test(term)) return null;
  }
  return { local, domain, wildcard };
}

/** The `N:` value: `name@[host]:port`, or `name@host:port`. */
export interface NotifiedEntity {
  readonly local: string;
  readonly host: string;
  readonly port: number | null;
}

export function parseNotifiedEntity(text: string): NotifiedEntity | null {
  const match = /^(?:([^@\s]{1,64})@)?(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9.-]{1,255}))(?::(\d{1,5}))?$/.exec(text.trim());
  if (match === null) return null;
  const port = match[4] === undefined ? null : Number(match[4]);
  if (port !== null && (port < 1 || port > 65535)) return null;
  return { local: match[1] ?? "", host: match[2] ?? match[3] ?? "", port };
}

export function printNotifiedEntity(entity: NotifiedEntity): string {
  const bracketed = /^[0-9.]+$/.test(entity.host) || entity.host.includes(":") ? `[${entity.host}]` : entity.host;
  return `${entity.local === "" ? "" : `${entity.local}@`}${bracketed}${entity.port === null ? "" : `:${entity.port}`}`;
}
