/** For tests: notifications sent by Debian's net-snmp, which nobody here wrote. */
import { execFile } from "node:child_process";
import type { SnmpUserSecrets } from "../snmp-user.ts";
import { requireProgram } from "./real-program.ts";

const authNames = { sha1: "SHA", sha224: "SHA-224", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" } as const;
const privacyNames = { aes128: "AES", aes192: "AES-192", aes256: "AES-256", aes192c: "AES-192-C", aes256c: "AES-256-C" } as const;

/** snmpTrapOID.0 of SNMPv2-MIB and IF-MIB. */
export const events = { coldStart: "1.3.6.1.6.3.1.1.5.1", warmStart: "1.3.6.1.6.3.1.1.5.2", linkDown: "1.3.6.1.6.3.1.1.5.3" } as const;

export interface Sending {
  readonly kind: "trap" | "inform";
  readonly to: number;
  /** The community, or the user. */
  readonly as: string | SnmpUserSecrets;
  readonly event?: string;
  /** The sender's own engine, of a trap with v3. */
  readonly engine?: { readonly id: string; readonly boots: number; readonly time: number };
  /** The address that it leaves from; 127.0.0.1 unless told. */
  readonly from?: string;
}

/** The exit code: 0 of an inform that was acknowledged within a second, and of every trap that left. */
export function sendByNetSnmp({ kind, to, as, event = events.linkDown, engine, from }: Sending): Promise<number> {
  const words = [
    ...(typeof as === "string" ? ["-v2c", "-c", as] : userWords(as)),
    ...(engine === undefined ? [] : ["-e", `0x${engine.id}`, "-Z", `${engine.boots},${engine.time}`]),
    ...(from === undefined ? [] : [`--clientaddr=${from}`]),
    ...(kind === "inform" ? ["-t1", "-r0"] : []),
    ...[`127.0.0.1:${to}`, "", event],
  ];
  const program = requireProgram(kind === "trap" ? "snmptrap" : "snmpinform", "snmp");
  return new Promise((resolve) => {
    const child = execFile(program, words, () => resolve(child.exitCode ?? 127));
  });
}

function userWords({ user, auth, privacy }: SnmpUserSecrets): string[] {
  return [
    ...["-v3", "-u", user, "-l", privacy !== null ? "authPriv" : auth !== null ? "authNoPriv" : "noAuthNoPriv"],
    ...(auth === null ? [] : ["-a", authNames[auth.protocol], "-A", auth.secret]),
    ...(privacy === null ? [] : ["-x", privacyNames[privacy.protocol], "-X", privacy.secret]),
  ];
}
