/**
 * MGCP commands → the gateway. Audits are answered to any configured server; everything else only to the owner (see authority).
 * Returns the response; what the rest of the node must do is passed on as effects.
 */

import type { NotificationRequest } from "../../core/calls/endpoint-event.ts";
import { deleteConnections, type Refused, type RemoteMedia, refused } from "../../core/gateway/connection-commands.ts";
import type { ConnectionMode } from "../../core/gateway/connection-table.ts";
import { applyRequest, type Endpoint } from "../../core/gateway/endpoint.ts";
import { addressEndpoint } from "../../core/gateway/endpoint-plan.ts";
import { endpointAt, type Gateway, type GatewayEffect, idleEndpoint } from "../../core/gateway/gateway.ts";
import { isRealPort } from "../../core/gateway/media-ports.ts";
import { obeyCreate, obeyDelete, obeyModify } from "../../core/gateway/owner-commands.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import type { Now } from "../../core/time.ts";
import { unreachable } from "../../core/unreachable.ts";
import { decodeRequestedEvents, decodeSignals } from "../../protocols/mgcp/endpoint-package.ts";
import type { Command } from "../../protocols/mgcp/message.ts";
import { returnCodeText } from "../../protocols/mgcp/return-code.ts";
import { parseSessionDescription } from "../../protocols/sdp/session-description.ts";
import type { Reply } from "../../runtime/mgcp-socket.ts";
import { auditConnection, auditEndpoint, connectionParameters, localDescription } from "./audit.ts";

export interface CommandHandlerOptions {
  readonly gateway: Gateway;
  /** Every gateway of the site: their port ranges tell whether a real stream can come from a media address. */
  readonly gateways: readonly GatewaySpec[];
  readonly realStreams: number;
  now(): Now;
  perform(effects: readonly GatewayEffect[]): void;
  /** Somebody asked this endpoint to notify, or pointed all of them (null) to himself: waiting events may now be sent. */
  repointed(endpoint: Endpoint | null): void;
}

const modes: readonly string[] = ["sendrecv", "recvonly", "sendonly", "inactive"];

export class CommandHandler {
  private readonly options: CommandHandlerOptions;

  constructor(options: CommandHandlerOptions) {
    this.options = options;
  }

  /** Read only. */
  audit(command: Command): Reply {
    const { gateway, now } = this.options;
    return command.verb === "AUEP" ? auditEndpoint(gateway, command) : auditConnection(gateway, command, now().mono);
  }

  /** A command of the owner. */
  obey(command: Command): Reply {
    switch (command.verb) {
      case "CRCX":
        return this.create(command);
      case "MDCX":
        return this.modify(command);
      case "DLCX":
        return this.remove(command);
      case "RQNT":
        return this.request(command);
      case "EPCF":
        return this.configure(command);
      case "AUEP":
      case "AUCX":
        return this.audit(command);
      case "NTFY":
      case "RSIP":
        return { code: 504, comment: `${command.verb} goes from gateway to call agent` };
      default:
        return unreachable(command.verb);
    }
  }

  private create(command: Command): Reply {
    const { gateway, now, perform } = this.options;
    const { parameters } = command;
    const address = addressEndpoint(gateway, command.endpoint);
    if (address.kind === "none" || address.kind === "all") return { code: 500 };
    const endpoint = address.kind === "any" ? idleEndpoint(gateway) : endpointAt(gateway, address.index);
    if (endpoint === null) return { code: 410 };
    const mode = modeOf(parameters.mode);
    if (parameters.callId === undefined) return { code: 516, comment: "C: is missing" };
    if (mode === null) return { code: 517 };
    const remote = this.remoteMedia(command);
    if (remote === "bad") return { code: 509 };
    const { localOptions } = parameters;
    const created = obeyCreate(
      gateway,
      endpoint,
      {
        callId: parameters.callId,
        mode,
        codecs: localOptions?.codecs.map((codec) => codec.toUpperCase()) ?? [],
        ptimeMs: 20,
        qos: localOptions?.qos ?? "bestEffort",
        tos: localOptions?.tos ?? null,
        remote,
        peerNumber: null,
      },
      { apply: () => this.applyRequestOf(endpoint, command), signals: parameters.signals !== undefined },
      now(),
    );
    if (!created.ok) return replyOf(created);
    perform(created.effects);
    const row = created.value;
    return {
      code: 200,
      parameters: { connectionIds: [row.id], ...(address.kind === "any" ? { specificEndpoints: [endpoint.name] } : {}) },
      bodies: [localDescription(gateway, row)],
    };
  }

  private modify(command: Command): Reply {
    const { gateway, now, perform } = this.options;
    const { parameters } = command;
    const endpoint = this.one(command);
    if (endpoint === null) return { code: 500 };
    const connectionId = parameters.connectionIds?.[0];
    if (connectionId === undefined) return { code: 515, comment: "I: is missing" };
    const mode = parameters.mode === undefined ? null : modeOf(parameters.mode);
    if (parameters.mode !== undefined && mode === null) return { code: 517 };
    const remote = this.remoteMedia(command);
    if (remote === "bad") return { code: 509 };
    const change = { callId: parameters.callId ?? null, connectionId, mode, remote };
    const modified = obeyModify(gateway, endpoint, change, () => this.applyRequestOf(endpoint, command), now());
    if (!modified.ok) return replyOf(modified);
    perform(modified.effects);
    if (modified.carriedRefused) return replyOf(modified.carriedRefused);
    return { code: 200, bodies: [localDescription(gateway, modified.value)] };
  }

  private remove(command: Command): Reply {
    const { gateway, now, perform } = this.options;
    const { parameters } = command;
    const address = addressEndpoint(gateway, command.endpoint);
    const connectionId = parameters.connectionIds?.[0] ?? null;
    const request = { connectionId, callId: parameters.callId ?? null, cause: null };
    if (address.kind === "all") {
      if (connectionId !== null) return { code: 515, comment: "a connection belongs to one endpoint" };
      for (const endpoint of [...gateway.endpoints.values()]) {
        const removed = deleteConnections(gateway, endpoint, request, now());
        if (removed.ok) perform(removed.effects);
      }
      return { code: 250 };
    }
    const endpoint = this.one(command);
    if (endpoint === null) return { code: 500 };
    const removed = obeyDelete(gateway, endpoint, request, () => this.applyRequestOf(endpoint, command), now());
    if (!removed.ok) return replyOf(removed);
    perform(removed.effects);
    if (removed.carriedRefused) return replyOf(removed.carriedRefused);
    const only = connectionId === null ? undefined : removed.value[0];
    return { code: 250, parameters: only === undefined ? {} : { connectionParameters: connectionParameters(only.connection, now().mono) } };
  }

  private request(command: Command): Reply {
    const { gateway, perform, repointed } = this.options;
    const { parameters } = command;
    const address = addressEndpoint(gateway, command.endpoint);
    if (address.kind === "none" || address.kind === "any") return { code: 500 };
    const one = address.kind === "one" ? endpointAt(gateway, address.index) : null;
    const endpoints = one === null ? [...gateway.endpoints.values()] : [one];
    if (one === null && parameters.notifiedEntity !== undefined) {
      gateway.notifiedEntity = parameters.notifiedEntity;
      for (const endpoint of endpoints) endpoint.notifiedEntity = null;
    }
    for (const endpoint of endpoints) {
      const problem = this.applyRequestOf(endpoint, command);
      if (problem !== null) return replyOf(problem);
    }
    perform(endpoints.map((endpoint) => ({ kind: "party", endpoint })));
    if (one !== null) repointed(one);
    else if (parameters.notifiedEntity !== undefined) repointed(null);
    else for (const endpoint of endpoints) repointed(endpoint);
    return { code: 200 };
  }

  private configure(command: Command): Reply {
    const address = addressEndpoint(this.options.gateway, command.endpoint);
    if (address.kind === "none" || address.kind === "any") return { code: 500 };
    const { bearer, notifiedEntity } = command.parameters;
    if (bearer !== undefined && bearer !== "" && bearer.toLowerCase() !== "e:mu") return { code: 507, comment: "only e:mu is spoken here" };
    return notifiedEntity === undefined ? { code: 200 } : this.request({ ...command, parameters: { notifiedEntity } });
  }

  private one(command: Command): Endpoint | null {
    const address = addressEndpoint(this.options.gateway, command.endpoint);
    return address.kind === "one" ? endpointAt(this.options.gateway, address.index) : null;
  }

  /** `N:`, `X:`, `R:`, `S:`, `D:` wherever they come; a refused command changes none of them. */
  private applyRequestOf(endpoint: Endpoint, command: Command): Refused | null {
    const wildcard = command.endpoint.includes("*");
    const { notifiedEntity } = command.parameters;
    const refused = this.applyNotificationRequest(endpoint, command, wildcard);
    if (refused === null && notifiedEntity !== undefined && !wildcard)
      endpoint.notifiedEntity = notifiedEntity === "" ? null : notifiedEntity;
    return refused;
  }

  /** Without `R:` and `S:` the standing request stays. */
  private applyNotificationRequest(endpoint: Endpoint, { parameters }: Command, wildcard: boolean): Refused | null {
    if (parameters.requestedEvents === undefined && parameters.signals === undefined) return null;
    const signals = parameters.signals === undefined ? (wildcard ? endpoint.signals : []) : decodeSignals(parameters.signals);
    const events = parameters.requestedEvents === undefined ? [] : decodeRequestedEvents(parameters.requestedEvents);
    if (signals === null || events === null) return refused(522, returnCodeText(522));
    const digitMap =
      parameters.digitMap !== undefined && parameters.digitMap !== ""
        ? parameters.digitMap
        : events.includes("digits")
          ? (endpoint.digitMap?.text ?? null)
          : null;
    const request: NotificationRequest = { signals, events, digitMap };
    const problem = applyRequest(endpoint, parameters.requestId ?? endpoint.requestId, request);
    return problem === null ? null : refused(problem.code, problem.comment);
  }

  private remoteMedia(command: Command): RemoteMedia | null | "bad" {
    const body = command.bodies[0];
    if (body === undefined) return null;
    const parsed = parseSessionDescription(body);
    if (!parsed.ok || parsed.value.port === 0) return "bad";
    const { host, port } = parsed.value;
    const { gateways, realStreams } = this.options;
    const real = gateways.some(
      ({ rtp }) => rtp.host === host && port <= rtp.portTo && isRealPort({ portFrom: rtp.portFrom, realStreams }, port),
    );
    return { host, port, real };
  }
}

function replyOf({ code, comment }: Refused): Reply {
  return { code, comment };
}

function modeOf(mode: string | undefined): ConnectionMode | null {
  return mode !== undefined && modes.includes(mode) ? (mode as ConnectionMode) : null;
}
