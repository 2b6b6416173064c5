/** How an SNMP agent is asked, and who it is for its users (RFC 3414, 7860, 3826). */
import type { SecretRef } from "./secret-ref.ts";

/** MD5 and DES are broken and not spoken. */
export const snmpAuthProtocols = ["sha1", "sha224", "sha256", "sha384", "sha512"] as const;
export type SnmpAuthProtocol = (typeof snmpAuthProtocols)[number];

/** aes192 and aes256 extend keys as net-snmp does (draft-blumenthal-aes-usm-04); the names with `c` as Cisco does (draft-reeder-snmpv3-usm-3desede). */
export const snmpPrivacyProtocols = ["aes128", "aes192", "aes256", "aes192c", "aes256c"] as const;
export type SnmpPrivacyProtocol = (typeof snmpPrivacyProtocols)[number];

export interface SnmpUserSpec {
  /** msgUserName, 1..32 characters. */
  readonly user: string;
  /** Null: neither authenticated nor encrypted. */
  readonly auth: { readonly protocol: SnmpAuthProtocol; readonly secret: SecretRef } | null;
  /** Null: not encrypted. Only with `auth`. */
  readonly privacy: { readonly protocol: SnmpPrivacyProtocol; readonly secret: SecretRef } | null;
}

/** At least one of the two. A manager uses v3 where it may. */
export interface SnmpAccess {
  /** The community of v2c, or a reference to it; null: v2c is not spoken. */
  readonly community: string | null;
  readonly user: SnmpUserSpec | null;
}
