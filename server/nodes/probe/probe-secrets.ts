/** The secrets behind a probe's references, read before anything is asked. They go into sockets and nowhere else. */
import { join } from "node:path";
import type { Credentials } from "../../protocols/sip/digest.ts";
import { readSecret } from "../../runtime/site-file.ts";
import type { SnmpCredentials } from "../../runtime/snmp-peer.ts";
import { credentialsOf } from "../../runtime/snmp-secrets.ts";
import type { ProbePlan } from "./probe-plan.ts";

export interface ProbeSecrets {
  readonly snmp: SnmpCredentials | null;
  readonly sip: Credentials | null;
}

export type RevealedSecrets =
  | { readonly ok: true; readonly secrets: ProbeSecrets }
  | { readonly ok: false; readonly problems: readonly string[] };

/** @param folder that `file:` is relative to */
export function revealSecrets({ audits }: ProbePlan, folder: string): RevealedSecrets {
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
  let secrets: ProbeSecrets = { snmp: null, sip: null };
  for (const audit of audits) {
    if (audit.protocol === "snmp") secrets = { ...secrets, snmp: attempt(() => credentialsOf(audit.access, reveal)) };
    if (audit.protocol !== "sip" || audit.user === null) continue;
    const { name, secret } = audit.user;
    secrets = { ...secrets, sip: attempt(() => ({ user: name, secret: reveal(secret) })) };
  }
  return problems.length === 0 ? { ok: true, secrets } : { ok: false, problems: [...new Set(problems)] };
}
