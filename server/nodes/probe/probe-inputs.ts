/**
 * What a probe reads on this machine before it asks anybody: the secrets behind its references, which go into sockets and nowhere else, and the
 * person's own SNMP profiles, before the shipped ones as on a site.
 */
import { join, resolve } from "node:path";
import { profilesIn, withShipped } from "../../drivers/snmp/shipped-profiles.ts";
import type { SnmpProfile } from "../../drivers/snmp/snmp-profile.ts";
import type { Credentials } from "../../protocols/sip/digest.ts";
import { readSecret } from "../../runtime/site-file.ts";
import type { SnmpCredentials } from "../../runtime/snmp-peer.ts";
import { credentialsOf } from "../../runtime/snmp-secrets.ts";
import type { ProbePlan } from "./probe-plan.ts";

export interface ProbeInputs {
  readonly snmp: SnmpCredentials | null;
  readonly sip: Credentials | null;
  readonly ownProfiles: readonly SnmpProfile[];
  readonly profiles: readonly SnmpProfile[];
}

export type ReadInputs = { readonly ok: true; readonly inputs: ProbeInputs } | { readonly ok: false; readonly problems: readonly string[] };

/** @param folder that paths are relative to */
export function readProbeInputs({ audits, profiles }: ProbePlan, folder: string): ReadInputs {
  const problems: string[] = [];
  const reveal = (reference: string): string => readSecret(reference, join(folder, "tandem.yaml"), 1);
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return null;
    }
  };
  const ownProfiles = (profiles === null ? null : attempt(() => profilesIn(resolve(folder, profiles)))) ?? [];
  let inputs: ProbeInputs = { snmp: null, sip: null, ownProfiles, profiles: withShipped(ownProfiles) };
  for (const audit of audits) {
    if (audit.protocol === "snmp") inputs = { ...inputs, snmp: attempt(() => credentialsOf(audit.access, reveal)) };
    if (audit.protocol !== "sip" || audit.user === null) continue;
    const { name, secret } = audit.user;
    inputs = { ...inputs, sip: attempt(() => ({ user: name, secret: reveal(secret) })) };
  }
  return problems.length === 0 ? { ok: true, inputs } : { ok: false, problems: [...new Set(problems)] };
}
