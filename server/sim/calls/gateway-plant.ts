/**
 * What a simulated gateway does with its owner's commands: the core's gateway functions in the order in which a gateway node calls them,
 * without the wire form between. It decides nothing about who the owner is.
 */
import type { NotificationRequest } from "../../core/calls/endpoint-event.ts";
import { standingEvents } from "../../core/calls/endpoint-event.ts";
import type { CommandResult, GatewayCommand } from "../../core/calls/gateway-command.ts";
import type { Refused, RemoteMedia } from "../../core/gateway/connection-commands.ts";
import { connectionByText, countersOf } from "../../core/gateway/connection-table.ts";
import { applyRequest, type Endpoint } from "../../core/gateway/endpoint.ts";
import { addressEndpoint } from "../../core/gateway/endpoint-plan.ts";
import { endpointAt, type Gateway, type GatewayEffect, newGateway } from "../../core/gateway/gateway.ts";
import { obeyCreate, obeyDelete, obeyModify } from "../../core/gateway/owner-commands.ts";
import type { BootId, NodeName } from "../../core/identity.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import type { Now } from "../../core/time.ts";

/** A command's result as it leaves the gateway: the asker puts its own command id on it. */
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type PlantReply = DistributiveOmit<Extract<CommandResult, { kind: "done" | "refused" }>, "commandId">;

const nothing = { kind: "done", connectionId: null, localAddress: null, media: null } as const;

export interface PlantHooks {
  perform(effects: readonly GatewayEffect[]): void;
  /** Somebody asked this endpoint to notify, or pointed all of them (null) to himself: what waits there may be told now. */
  repointed(endpoint: Endpoint | null): void;
}

export class GatewayPlant {
  readonly gateway: Gateway;
  private readonly hooks: PlantHooks;

  constructor(spec: GatewaySpec, boot: BootId, now: Now, hooks: PlantHooks) {
    // As in a gateway node: numbers of an earlier boot do not come again soon. No real streams: media is modelled.
    const firstConnection = (Math.floor(boot / 1000) % 0x20000) * 4096 + 1;
    this.gateway = newGateway(spec, now.mono, { historyRows: 20_000, realStreams: 0, firstConnection });
    this.hooks = hooks;
  }

  /** RQNT to every endpoint with `N:`: from now on events go there. Signals that play go on. */
  point(server: NodeName, requestId: string): PlantReply {
    const { gateway } = this;
    const endpoints = [...gateway.endpoints.values()];
    gateway.notifiedEntity = server;
    for (const endpoint of endpoints) {
      endpoint.notifiedEntity = null;
      const problem = applyRequest(endpoint, requestId, {
        signals: endpoint.signals,
        events: standingEvents(endpoint.kind),
        digitMap: null,
      });
      if (problem !== null) return refusal(problem);
    }
    this.hooks.perform(endpoints.map((endpoint) => ({ kind: "party", endpoint })));
    this.hooks.repointed(null);
    return nothing;
  }

  obey(command: GatewayCommand, from: NodeName, requestId: string, now: Now): PlantReply {
    const address = addressEndpoint(this.gateway, command.endpoint);
    const endpoint = address.kind === "one" ? endpointAt(this.gateway, address.index) : null;
    if (endpoint === null) return { kind: "refused", code: 500, comment: "no such endpoint" };
    const apply = () => carried(endpoint, command.request, requestId);
    switch (command.kind) {
      case "create-connection":
        return this.create(command, endpoint, apply, now);
      case "modify-connection": {
        const { callId, connectionId, mode, remoteAddress } = command;
        const change = { callId, connectionId, mode, remote: remoteOf(remoteAddress) };
        const modified = obeyModify(this.gateway, endpoint, change, apply, now);
        if (!modified.ok) return refusal(modified);
        this.hooks.perform(modified.effects);
        return modified.carriedRefused ? refusal(modified.carriedRefused) : nothing;
      }
      case "delete-connection": {
        const { callId, connectionId } = command;
        const removed = obeyDelete(this.gateway, endpoint, { callId, connectionId, cause: null }, apply, now);
        if (!removed.ok) return refusal(removed);
        this.hooks.perform(removed.effects);
        if (removed.carriedRefused) return refusal(removed.carriedRefused);
        const only = connectionId === null ? undefined : removed.value[0];
        return only === undefined ? nothing : { ...nothing, media: countersOf(only.connection, now.mono) };
      }
      case "request-notification": {
        const problem = apply();
        if (problem !== null) return refusal(problem);
        endpoint.notifiedEntity = from;
        this.hooks.perform([{ kind: "party", endpoint }]);
        this.hooks.repointed(endpoint);
        return nothing;
      }
    }
  }

  /** AUEP with I and ES: the connections of the endpoint, and whether its party is off hook. */
  auditEndpoint(name: string): { readonly offHook: boolean; readonly connectionIds: readonly string[] } | null {
    const address = addressEndpoint(this.gateway, name);
    const endpoint = address.kind === "one" ? endpointAt(this.gateway, address.index) : null;
    if (endpoint === null) return null;
    return { offHook: endpoint.offHook, connectionIds: endpoint.connections.map((row) => row.id) };
  }

  /** AUCX of one connection; null where it is gone. */
  auditConnection(connectionId: string) {
    const row = connectionByText(this.gateway.table.rows, connectionId);
    if (row === null) return null;
    const mode = row.mode === "sendonly" ? null : row.mode;
    const remoteAddress = row.remote?.address ?? null;
    return { connectionId, callId: row.callId, mode, localAddress: `${this.gateway.rtpHost}:${row.localPort}`, remoteAddress };
  }

  private create(
    command: Extract<GatewayCommand, { kind: "create-connection" }>,
    endpoint: Endpoint,
    apply: () => Refused | null,
    now: Now,
  ): PlantReply {
    const { callId, mode, media, remoteAddress, request } = command;
    const created = obeyCreate(
      this.gateway,
      endpoint,
      {
        callId,
        mode,
        codecs: [media.codec],
        ptimeMs: media.ptimeMs,
        qos: media.qos,
        tos: null,
        remote: remoteOf(remoteAddress),
        peerNumber: null,
      },
      { apply, signals: request !== null },
      now,
    );
    if (!created.ok) return refusal(created);
    this.hooks.perform(created.effects);
    const row = created.value;
    return { ...nothing, connectionId: row.id, localAddress: `${this.gateway.rtpHost}:${row.localPort}` };
  }
}

function carried(endpoint: Endpoint, request: NotificationRequest | null, requestId: string): Refused | null {
  if (request === null) return null;
  // A digit map once told stays, where digits are asked for without one.
  const digitMap = request.digitMap ?? (request.events.includes("digits") ? (endpoint.digitMap?.text ?? null) : null);
  const problem = applyRequest(endpoint, requestId, { ...request, digitMap });
  return problem === null ? null : { ok: false, ...problem };
}

function refusal({ code, comment }: Pick<Refused, "code" | "comment">): PlantReply {
  return { kind: "refused", code, comment };
}

function remoteOf(address: string | null): RemoteMedia | null {
  if (address === null) return null;
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)), real: false };
}
