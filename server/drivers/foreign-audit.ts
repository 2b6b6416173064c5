/**
 * The audit of MGCP gear that Tandem did not make and knows nothing of: what it can do is found out at first contact, then it is audited as
 * far as it can be. Gear that answers AUEP like a ping is never complete, and its profile says why.
 */
import { endpointsOf } from "../protocols/mgcp/audited-leg.ts";
import { type MgcpCapability, mgcpProfile } from "../protocols/mgcp/capability.ts";
import { command } from "../protocols/mgcp/encode.ts";
import { isSuccess } from "../protocols/mgcp/return-code.ts";
import type { AuditOptions, Auditor } from "./auditor.ts";
import type { ForeignConnection, ForeignGear } from "./foreign-mgcp.ts";
import type { CommandAuthority } from "./gateway-driver.ts";
import { createMgcpAuditor } from "./mgcp-audit.ts";
import { discoverMgcp } from "./mgcp-discovery.ts";
import { createTurns } from "./turns.ts";

export interface ForeignAuditOptions {
  readonly gear: ForeignGear;
  /** Under which a probe is sent; null = this server does not own the gear. */
  authority(): CommandAuthority | null;
  /** Connections that this server knows of from elsewhere. */
  told(): readonly ForeignConnection[];
}

export function createForeignAuditor(options: ForeignAuditOptions): Auditor {
  const { gear } = options;
  const turns = createTurns();
  let capability: MgcpCapability | null = null;
  let audits: Auditor | null = null;

  async function discover(auditOptions: AuditOptions): Promise<MgcpCapability> {
    const [connection = null] = options.told();
    const [first = `*@${gear.naming.name}`] = endpointsOf(gear.naming);
    return discoverMgcp(gear, { endpoint: first, connection, authority: options.authority() }, auditOptions);
  }

  /** The gear's own list where it gives one, else the names of the site's plan. */
  async function endpoints(): Promise<readonly string[]> {
    const planned = endpointsOf(gear.naming);
    if (capability?.wildcardAudit !== true) return planned;
    const result = await gear.asker.ask(command("AUEP", `*@${gear.naming.name}`, {}));
    const told = result.kind === "response" && isSuccess(result.response.code) ? result.response.parameters.specificEndpoints : undefined;
    return told === undefined || told.length === 0 ? planned : told;
  }

  return {
    audit: (mode, auditOptions = {}) =>
      turns.take("audit", async () => {
        if (audits === null && mode !== "history") {
          capability = await discover(auditOptions);
          const known = createMgcpAuditor({ naming: gear.naming, asker: gear.asker, clock: gear.clock, endpoints, capability });
          // Nobody answered: what it can do is found out when it does.
          if (capability.auep !== "none") audits = known;
          return known.audit(mode, auditOptions);
        }
        const auditor = audits ?? createMgcpAuditor({ naming: gear.naming, asker: gear.asker, clock: gear.clock });
        return auditor.audit(mode, auditOptions);
      }),
    profile: () => audits?.profile() ?? (capability === null || capability.auep === "none" ? null : mgcpProfile(capability, false)),
    close: () => undefined,
  };
}
