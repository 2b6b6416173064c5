/** The audit of one of Tandem's own gateways, over the protocol that the site names for it. It answers all three alike. */
import type { GatewaySpec } from "../core/site/site.ts";
import type { MgcpSocket } from "../runtime/mgcp-socket.ts";
import { credentialsOf } from "../runtime/snmp-secrets.ts";
import type { AuditPorts } from "./audit-ports.ts";
import type { Auditor } from "./auditor.ts";
import { askOwnGateway } from "./mgcp-asker.ts";
import { createMgcpAuditor } from "./mgcp-audit.ts";
import { createSipAuditor } from "./sip-audit.ts";
import { shippedProfile } from "./snmp/shipped-profiles.ts";
import { createSnmpAuditor } from "./snmp/snmp-audit.ts";
import { createSnmpClient } from "./snmp/snmp-client.ts";

export function createOwnAuditor(spec: GatewaySpec, mgcp: MgcpSocket, ports: AuditPorts): Auditor {
  const { clock, counters, reveal } = ports;
  switch (spec.audit) {
    case "snmp": {
      const client = createSnmpClient({
        socket: ports.snmp,
        node: spec.name,
        agent: spec.snmp,
        credentials: credentialsOf(spec.snmp, reveal),
      });
      return createSnmpAuditor({ naming: spec, client, clock, profile: shippedProfile("tandem"), own: true });
    }
    case "mgcp":
      return createMgcpAuditor({ naming: spec, asker: askOwnGateway(spec, mgcp, clock), clock });
    case "sip": {
      const { sip } = spec;
      if (sip === null || ports.sip === null) throw new Error(`${spec.name}: audited by SIP, and no SIP address`);
      const proof = sip.user === null || sip.secret === null ? null : { user: sip.user, secret: reveal(sip.secret) };
      return createSipAuditor({
        gateway: spec.name,
        socket: ports.sip,
        clock,
        counters,
        address: sip,
        // Hundreds of dialogs do not fit a datagram (RFC 3261 18.1.1).
        transport: "tcp",
        resources: [`sip:${spec.name}@${sip.host}`],
        credentials: proof,
        sourceName: ports.self,
        standing: null,
      });
    }
  }
}
