/** Who may read an SNMP agent, with the secrets behind the references of the site's file. */
import type { SecretRef } from "../core/site/secret-ref.ts";

import type { SnmpAccess, SnmpUserSpec } from "../core/site/snmp-access.ts";
import type { SnmpCredentials } from "./snmp-peer.ts";
import { SnmpUser, type SnmpUserSecrets } from "./snmp-user.ts";

type Reveal = (reference: SecretRef) => string;

/** A community may stand in the file itself, for it travels in clear anyway. */
export function communityOf({ community }: SnmpAccess, reveal: Reveal): string | null {
  return community !== null && /^(file|env):/.test(community) ? reveal(community) : community;
}

export function userSecretsOf({ user, auth, privacy }: SnmpUserSpec, reveal: Reveal): SnmpUserSecrets {
  return {
    user,
    auth: auth && { protocol: auth.protocol, secret: reveal(auth.secret) },
    privacy: privacy && { protocol: privacy.protocol, secret: reveal(privacy.secret) },
  };
}

/** What a manager uses: the user where there is one. */
export function credentialsOf(access: SnmpAccess, reveal: Reveal): SnmpCredentials {
  if (access.user !== null) return { version: "3", user: new SnmpUser(userSecretsOf(access.user, reveal)), context: "" };
  return { version: "2c", community: Buffer.from(communityOf(access, reveal) ?? "", "latin1") };
}
