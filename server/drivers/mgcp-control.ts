/** Core's gateway commands ↔ MGCP: CRCX, MDCX, DLCX, RQNT with an encapsulated request, and what their answers mean. */

import type { NotificationRequest } from "../core/calls/endpoint-event.ts";
import type { CommandId, CommandResult, GatewayCommand } from "../core/calls/gateway-command.ts";
import { unreachable } from "../core/unreachable.ts";
import { command } from "../protocols/mgcp/encode.ts";
import { encodeRequestedEvents, encodeSignals } from "../protocols/mgcp/endpoint-package.ts";
import { noLocalOptions } from "../protocols/mgcp/local-options.ts";
import { mediaCountersOf } from "../protocols/mgcp/media-counters.ts";
import type { Parameters } from "../protocols/mgcp/message.ts";
import { effectiveCode, isSuccess } from "../protocols/mgcp/return-code.ts";
import { audioDescription, parseSessionDescription, printSessionDescription } from "../protocols/sdp/session-description.ts";
import type { MgcpResult, OutgoingCommand } from "../runtime/mgcp-socket.ts";

/** R, S, D, X and Q of a request; every requested event is reported each time it happens (`Q: loop`). */
export function requestParameters(request: NotificationRequest, requestId: string): Parameters {
  return {
    requestId,
    requestedEvents: encodeRequestedEvents(request.events),
    signals: encodeSignals(request.signals),
    quarantine: ["loop"],
    ...(request.digitMap === null ? {} : { digitMap: request.digitMap }),
  };
}

export function mgcpCommandOf(asked: GatewayCommand, requestId: string, notifiedEntity: string): OutgoingCommand {
  const request = asked.request === null ? {} : requestParameters(asked.request, requestId);
  switch (asked.kind) {
    case "create-connection": {
      const { codec, ptimeMs, qos } = asked.media;
      const localOptions = { ...noLocalOptions, codecs: [codec], ptimeMs, qos };
      return command("CRCX", asked.endpoint, { callId: asked.callId, localOptions, mode: asked.mode, ...request }, remoteBody(asked));
    }
    case "modify-connection":
      return command(
        "MDCX",
        asked.endpoint,
        { callId: asked.callId, connectionIds: [asked.connectionId], mode: asked.mode, ...request },
        remoteBody(asked),
      );
    case "delete-connection":
      return command("DLCX", asked.endpoint, {
        callId: asked.callId,
        ...(asked.connectionId === null ? {} : { connectionIds: [asked.connectionId] }),
        ...request,
      });
    case "request-notification":
      return command("RQNT", asked.endpoint, { notifiedEntity, ...request });
    default:
      return unreachable(asked);
  }
}

function remoteBody(asked: { readonly callId: string; readonly remoteAddress: string | null }): string | null {
  const address = asked.remoteAddress === null ? null : splitAddress(asked.remoteAddress);
  if (address === null) return null;
  return printSessionDescription(
    audioDescription(String(Number.parseInt(asked.callId.slice(0, 8), 16)), address.host, address.port, "PCMU", 20),
  );
}

function splitAddress(address: string): { host: string; port: number } | null {
  const colon = address.lastIndexOf(":");
  const port = Number(address.slice(colon + 1));
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  return colon < 1 || !Number.isInteger(port) || port < 1 || port > 65535 ? null : { host, port };
}

function joinAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The media address of a session description; null where there is none, or the stream is refused. */
export function addressOfBody(body: string | undefined): string | null {
  if (body === undefined) return null;
  const parsed = parseSessionDescription(body);
  return parsed.ok && parsed.value.port > 0 ? joinAddress(parsed.value.host, parsed.value.port) : null;
}

export function commandResultOf(commandId: CommandId, result: MgcpResult): CommandResult {
  switch (result.kind) {
    case "timed-out":
      return { kind: "timed-out", commandId };
    case "not-sent":
      return { kind: "not-sent", commandId, reason: result.reason };
    case "response": {
      const { code, comment, parameters, bodies } = result.response;
      if (!isSuccess(code)) return { kind: "refused", commandId, code: effectiveCode(code), comment };
      const statistics = parameters.connectionParameters;
      return {
        kind: "done",
        commandId,
        connectionId: parameters.connectionIds?.[0] ?? null,
        localAddress: addressOfBody(bodies[0]),
        media: statistics === undefined ? null : mediaCountersOf(statistics),
      };
    }
    default:
      return unreachable(result);
  }
}
