/** Tandem's own gateways: audited over SNMP and MGCP, controlled by MGCP. */
import { standingRequest } from "../core/calls/endpoint-event.ts";
import type { ConnectionMode } from "../core/calls/gateway-command.ts";
import type { NodeName } from "../core/identity.ts";
import type { GatewaySpec, HostPort } from "../core/site/site.ts";
import { command } from "../protocols/mgcp/encode.ts";
import { printNotifiedEntity } from "../protocols/mgcp/endpoint-name.ts";
import { recentSilenceOf } from "../protocols/mgcp/media-counters.ts";
import { isSuccess } from "../protocols/mgcp/return-code.ts";
import { parseSessionDescription } from "../protocols/sdp/session-description.ts";
import type { Clock } from "../runtime/clock.ts";
import type { MgcpResult, MgcpSocket, OutgoingCommand } from "../runtime/mgcp-socket.ts";
import type { Auditor } from "./auditor.ts";
import type { CommandAuthority, ConnectionAudit, ConnectResult, EndpointAudit, GatewayDriver } from "./gateway-driver.ts";
import { addressOfBody, commandResultOf, mgcpCommandOf, requestParameters } from "./mgcp-control.ts";
import { createTurns } from "./turns.ts";

export interface TandemGatewayOptions {
  readonly self: NodeName;
  readonly spec: GatewaySpec;
  /** Where gateways send their notifications: this server's MGCP address. */
  readonly notified: HostPort;
  readonly mgcp: MgcpSocket;
  /** How its connections are read. */
  readonly auditor: Auditor;
  readonly clock: Clock;
}

/** Audits by MGCP are questions: they may be given up sooner than a command. */
const auditDeadlineMs = 3000;

export function createTandemGateway(options: TandemGatewayOptions): GatewayDriver {
  const { self, spec, mgcp, auditor, clock } = options;
  const to = { node: spec.name, host: spec.mgcp.host, port: spec.mgcp.port };
  const notifiedEntity = printNotifiedEntity({ local: self, host: options.notified.host, port: options.notified.port });
  const everyEndpoint = `*@${spec.name}`;
  const turns = createTurns();
  let requests = 0;

  function nextRequestId(): string {
    requests = (requests + 1) % 0x7fffffff;
    return requests.toString(16).toUpperCase();
  }

  function commanded(asked: OutgoingCommand, authority: CommandAuthority): Promise<MgcpResult> {
    return mgcp.request(to, asked, { epoch: authority.epoch, permit: authority.permit, deadlineMs: authority.deadlineMs });
  }

  function question(asked: OutgoingCommand): Promise<MgcpResult> {
    return mgcp.request(to, asked, { deadlineMs: auditDeadlineMs });
  }

  function watch(endpoint: string, authority: CommandAuthority): Promise<MgcpResult> {
    const standing = standingRequest(spec.kind === "trunk" ? "trunk" : "line");
    const { signals: _, ...parameters } = requestParameters(standing, nextRequestId());
    return commanded(command("RQNT", endpoint, { notifiedEntity, ...parameters }), authority);
  }

  return {
    gateway: spec.name,

    async connect(authority) {
      return connectResultOf(await watch(everyEndpoint, authority), clock);
    },

    auditor,

    auditEndpoints: (endpoints) => {
      return Promise.all(
        endpoints.map(async (endpoint) => {
          return endpointAuditOf(endpoint, await question(command("AUEP", endpoint, { requestedInfo: ["I", "N", "ES"] })));
        }),
      );
    },

    auditConnections: (connections) => {
      return Promise.all(
        connections.map(async ({ endpoint, connectionId }) => {
          const asked = command("AUCX", endpoint, { connectionIds: [connectionId], requestedInfo: ["C", "N", "L", "M", "P", "LC", "RC"] });
          return connectionAuditOf(endpoint, connectionId, await question(asked));
        }),
      );
    },

    async reset(endpoints, authority) {
      const results = await Promise.all(
        (endpoints ?? [everyEndpoint]).map(async (endpoint) => {
          const dropped = await commanded(command("DLCX", endpoint, {}), authority);
          if (dropped.kind !== "response" || !isSuccess(dropped.response.code)) return dropped;
          return watch(endpoint, authority);
        }),
      );
      const failed = results.find((result) => result.kind !== "response" || !isSuccess(result.response.code));
      const told = failed ?? results[0];
      return told === undefined ? { kind: "connected", rttMs: 0, attempts: 0, at: clock.now() } : connectResultOf(told, clock);
    },

    control(asked, authority) {
      return turns.take(asked.endpoint, async () => {
        return commandResultOf(asked.commandId, await commanded(mgcpCommandOf(asked, nextRequestId(), notifiedEntity), authority));
      });
    },

    close: () => auditor.close(),
  };
}

function connectResultOf(result: MgcpResult, clock: Clock): ConnectResult {
  if (result.kind === "timed-out") return { kind: "unreachable", reason: `no answer to ${result.attempts} transmissions` };
  if (result.kind === "not-sent") return { kind: "unreachable", reason: result.reason };
  const { code, comment } = result.response;
  if (!isSuccess(code)) return { kind: "refused", code, comment };
  return { kind: "connected", rttMs: result.rttMs, attempts: result.attempts, at: clock.now() };
}

function endpointAuditOf(endpoint: string, result: MgcpResult): EndpointAudit {
  const silent = { endpoint, connectionIds: [], notifiedEntity: null, offHook: null };
  if (result.kind !== "response") return { ...silent, state: "no-answer" };
  const { code, parameters } = result.response;
  if (!isSuccess(code)) return { ...silent, state: code === 501 ? "out-of-service" : "unknown-endpoint" };
  const states = parameters.eventStates?.map((event) => event.name.toLowerCase()) ?? null;
  return {
    endpoint,
    state: "known",
    connectionIds: parameters.connectionIds ?? [],
    notifiedEntity: parameters.notifiedEntity ?? null,
    offHook: states === null ? null : states.includes("l/hd") || states.includes("md/sup"),
  };
}

const modes: readonly string[] = ["recvonly", "sendrecv", "inactive"];

function connectionAuditOf(endpoint: string, connectionId: string, result: MgcpResult): ConnectionAudit {
  const nothing = {
    endpoint,
    connectionId,
    callId: null,
    mode: null,
    codec: null,
    recentSilenceMs: null,
    localAddress: null,
    remoteAddress: null,
  };
  if (result.kind !== "response") return { ...nothing, state: "no-answer" };
  if (!isSuccess(result.response.code)) return { ...nothing, state: "gone" };
  const { parameters, bodies } = result.response;
  const local = bodies[0] === undefined ? null : parseSessionDescription(bodies[0]);
  return {
    endpoint,
    connectionId,
    state: "known",
    callId: parameters.callId ?? null,
    mode: parameters.mode !== undefined && modes.includes(parameters.mode) ? (parameters.mode as ConnectionMode) : null,
    codec: (local?.ok ? local.value.codecs[0]?.name : null) ?? parameters.localOptions?.codecs[0] ?? null,
    recentSilenceMs: parameters.connectionParameters ? recentSilenceOf(parameters.connectionParameters) : null,
    localAddress: addressOfBody(bodies[0]),
    remoteAddress: addressOfBody(bodies[1]),
  };
}
