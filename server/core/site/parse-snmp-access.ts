/** `community`, or `user` with `auth` and `privacy`: who may read an SNMP agent. */
import type { FieldReader } from "./field-reader.ts";
import { type SnmpAccess, type SnmpUserSpec, snmpAuthProtocols, snmpPrivacyProtocols } from "./snmp-access.ts";

const userName = { pattern: /^[\x21-\x7e]{1,32}$/, means: "1 to 32 printable characters" };
const community = { pattern: /^[\x21-\x7e]{1,128}$/, means: "1 to 64 printable characters, or a reference file:<path> or env:<NAME>" };

export function parseSnmpAccess(fields: FieldReader): SnmpAccess {
  const user = fields.has("user") ? parseUser(fields) : null;
  if (user === null) for (const field of ["auth", "privacy"]) if (fields.has(field)) fields.refuse(field, "needs a user beside it");
  if (user === null || fields.has("community")) return { community: fields.text("community", { ...community, or: "public" }), user };
  return { community: null, user };
}

function parseUser(fields: FieldReader): SnmpUserSpec {
  const auth = fields.has("auth") ? fields.inside("auth") : null;
  const privacy = fields.has("privacy") ? fields.inside("privacy") : null;
  const spec: SnmpUserSpec = {
    user: fields.text("user", userName),
    auth: auth && { protocol: auth.choice("protocol", snmpAuthProtocols, "sha256"), secret: auth.secret("secret") },
    privacy: privacy && { protocol: privacy.choice("protocol", snmpPrivacyProtocols, "aes128"), secret: privacy.secret("secret") },
  };
  if (privacy !== null && auth === null) fields.refuse("privacy", "needs auth: who encrypts must sign as well (RFC 3414)");
  auth?.end();
  privacy?.end();
  return spec;
}
