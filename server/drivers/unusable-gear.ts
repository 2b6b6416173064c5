/** Gear that cannot be audited as the site's file stands: it is told as such, and costs nobody anything else. */
import type { NodeName } from "../core/identity.ts";
import type { Clock } from "../runtime/clock.ts";
import type { GearDriver } from "./gear-driver.ts";
import { AuditFindings } from "./mgcp-findings.ts";

/** @param because what is wrong, for the person who mends the file */
export function createUnusableGear(name: NodeName, clock: Clock, because: string): GearDriver {
  return {
    auditor: {
      async audit(mode) {
        const now = clock.now();
        const found = new AuditFindings(mode, now, 0);
        // It is there, and nothing of it was asked.
        found.endpoints = 1;
        found.note(`${name} is not audited: ${because}`, "other");
        return found.result(now, 0, []);
      },
      profile: () => null,
      close: () => undefined,
    },
    snmp: null,
    ping: null,
    connect: null,
    notifiedEntity: async () => null,
    close: async () => undefined,
  };
}
