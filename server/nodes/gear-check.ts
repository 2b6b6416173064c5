/** What `tandem.yaml` says of gear and only files can disprove: profiles, and secrets behind references. A server starts without such gear. */
import { dirname, resolve } from "node:path";
import type { GearSpec } from "../core/site/gear.ts";
import type { Site } from "../core/site/site.ts";
import { shippedProfiles, soundProfilesIn } from "../drivers/snmp/shipped-profiles.ts";
import { readSecret } from "../runtime/site-file.ts";
import { credentialsOf } from "../runtime/snmp-secrets.ts";

/** Every problem, a sentence each. */
export function gearProblems({ gear, snmpProfiles }: Site, file: string): readonly string[] {
  const own = snmpProfiles === null ? { profiles: [], problems: [] } : soundProfilesIn(resolve(dirname(file), snmpProfiles));
  const names = new Set([...own.profiles, ...shippedProfiles()].map((profile) => profile.name));
  return [...own.problems, ...gear.flatMap((spec) => problemsOf(spec, names, file))];
}

function problemsOf({ name, audit }: GearSpec, profiles: ReadonlySet<string>, file: string): readonly string[] {
  const reveal = (reference: Parameters<typeof readSecret>[0]): string => readSecret(reference, file, 1);
  try {
    if (audit.protocol === "snmp") credentialsOf(audit.access, reveal);
    if (audit.protocol === "sip" && audit.user !== null) reveal(audit.user.secret);
  } catch (error) {
    return [`${name} is not audited: ${(error as Error).message}`];
  }
  if (audit.protocol !== "snmp" || audit.profile === null || profiles.has(audit.profile)) return [];
  return [`${name} is not audited: no SNMP profile is named ${audit.profile}; known are ${[...profiles].join(", ")}`];
}
