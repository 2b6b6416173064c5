/** What `tandem.yaml` says of gear and only files can disprove: profiles, and secrets behind references. A server starts without such gear. */
import { dirname, resolve } from "node:path";
import type { GearSpec } from "../core/site/gear.ts";
import type { Site } from "../core/site/site.ts";
import { profileNamed, soundProfilesIn, withShipped } from "../drivers/snmp/shipped-profiles.ts";
import type { SnmpProfile } from "../drivers/snmp/snmp-profile.ts";
import { readSecret } from "../runtime/site-file.ts";
import { credentialsOf } from "../runtime/snmp-secrets.ts";

/** Every problem, a sentence each. */
export function gearProblems({ gear, snmpProfiles }: Site, file: string): readonly string[] {
  const own = snmpProfiles === null ? { profiles: [], problems: [] } : soundProfilesIn(resolve(dirname(file), snmpProfiles));
  const known = withShipped(own.profiles);
  return [...own.problems, ...gear.flatMap((spec) => problemsOf(spec, known, file))];
}

function problemsOf({ name, audit }: GearSpec, known: readonly SnmpProfile[], file: string): readonly string[] {
  const reveal = (reference: Parameters<typeof readSecret>[0]): string => readSecret(reference, file, 1);
  try {
    if (audit.protocol === "snmp") {
      credentialsOf(audit.access, reveal);
      if (audit.profile !== null) profileNamed(audit.profile, known);
    }
    if (audit.protocol === "sip" && audit.user !== null) reveal(audit.user.secret);
  } catch (error) {
    return [`${name} is not audited: ${(error as Error).message}`];
  }
  return [];
}
