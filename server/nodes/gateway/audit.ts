/** AUEP and AUCX (RFC 3435 2.3.10, 2.3.11): what the gateway says about its endpoints and connections. Changes nothing. */
import { connectionByText, countersOf, type GatewayConnection } from "../../core/gateway/connection-table.ts";
import type { Endpoint } from "../../core/gateway/endpoint.ts";
import { addressEndpoint, endpointName } from "../../core/gateway/endpoint-plan.ts";
import { endpointAt, type Gateway } from "../../core/gateway/gateway.ts";
import { sinceTicks } from "../../core/gateway/row-key.ts";
import { recentSilenceMs } from "../../core/gateway/rtp-receiver.ts";
import type { Instant } from "../../core/time.ts";
import type { ConnectionParameters } from "../../protocols/mgcp/connection-parameters.ts";
import { encodeObservedEvents, encodeRequestedEvents, encodeSignals } from "../../protocols/mgcp/endpoint-package.ts";
import { plainEvent } from "../../protocols/mgcp/event-list.ts";
import type { LocalOptions } from "../../protocols/mgcp/local-options.ts";
import { ageExtensions, connectionParametersOf, endExtensions, recentSilence } from "../../protocols/mgcp/media-counters.ts";
import { type Command, limits, type Parameters } from "../../protocols/mgcp/message.ts";
import { printNtpStamp } from "../../protocols/sdp/ntp-stamp.ts";
import { audioDescription, printSessionDescription } from "../../protocols/sdp/session-description.ts";
import type { Reply } from "../../runtime/mgcp-socket.ts";

type Mutable = { -readonly [K in keyof Parameters]: Parameters[K] };

export function auditEndpoint(gateway: Gateway, command: Command): Reply {
  const address = addressEndpoint(gateway, command.endpoint);
  switch (address.kind) {
    case "none":
      return { code: 500 };
    case "any":
      return { code: 500, comment: "an audit cannot ask for any endpoint" };
    case "all":
      return auditAll(gateway);
    case "one": {
      const endpoint = endpointAt(gateway, address.index);
      if (endpoint === null) return { code: 500 };
      return { code: 200, parameters: endpointParameters(gateway, endpoint, command.parameters.requestedInfo ?? []) };
    }
  }
}

/** `Z: `, and the end of the line. */
const listedNameOctets = 5;

/** One line for each endpoint, whatever its state. An answer that no datagram holds is refused: the asker then goes by the names that it knows. */
function auditAll(gateway: Gateway): Reply {
  const longest = endpointName(gateway, gateway.count).length + listedNameOctets;
  const fitting = Math.floor((limits.datagramOctets - limits.headOctets) / longest);
  if (gateway.count > Math.min(limits.listed, fitting)) return { code: 533 };
  return { code: 200, parameters: { specificEndpoints: Array.from({ length: gateway.count }, (_, i) => endpointName(gateway, i + 1)) } };
}

function endpointParameters(gateway: Gateway, endpoint: Endpoint, wanted: readonly string[]): Parameters {
  const parameters: Mutable = {};
  for (const code of wanted) addEndpointParameter(parameters, gateway, endpoint, code);
  return parameters;
}

/** Detected whether or not anybody asked for them (persistent events, RFC 3660, RFC 3064). */
const lineEvents = ["L/hd", "L/hu"];
const trunkEvents = ["MD/sup", "MS/ans", "MS/rel"];

/** A code that is not known is left out, which is no error. */
function addEndpointParameter(parameters: Mutable, gateway: Gateway, endpoint: Endpoint, code: string): void {
  switch (code) {
    case "I":
      parameters.connectionIds = endpoint.connections.map((row) => row.id);
      return;
    case "N":
      parameters.notifiedEntity = endpoint.notifiedEntity ?? gateway.notifiedEntity ?? "";
      return;
    case "ES":
      parameters.eventStates =
        endpoint.kind === "line" ? [plainEvent(endpoint.offHook ? "L/hd" : "L/hu")] : endpoint.offHook ? [plainEvent("MD/sup")] : [];
      return;
    case "R":
      parameters.requestedEvents = encodeRequestedEvents(endpoint.events);
      return;
    case "S":
      parameters.signals = encodeSignals(endpoint.signals);
      return;
    case "D":
      parameters.digitMap = endpoint.digitMap?.text ?? "";
      return;
    case "X":
      parameters.requestId = endpoint.requestId;
      return;
    case "O":
      parameters.observedEvents = encodeObservedEvents(endpoint.queue.waiting.map((queued) => queued.event));
      return;
    case "T":
      parameters.detectEvents = (endpoint.kind === "line" ? lineEvents : trunkEvents).map((name) => plainEvent(name));
      return;
    case "B":
      parameters.bearer = "e:mu";
      return;
    case "Q":
      parameters.quarantine = ["loop", "process"];
      return;
    case "RM":
      parameters.restartMethod = endpoint.inService ? "restart" : "forced";
      return;
    case "RD":
      parameters.restartDelay = 0;
      return;
    case "E":
      parameters.reasonCode = endpoint.inService ? { code: 0, text: "normal" } : { code: 904, text: "taken out of service" };
      return;
    case "A":
      parameters.capabilities = [
        `a:PCMU, p:20, e:off, s:off, t:1, v:${endpoint.kind === "line" ? "L;D" : "MD;MS"}, m:sendonly;recvonly;sendrecv;inactive`,
      ];
      return;
    case "PL":
      parameters.packages = endpoint.kind === "line" ? ["L", "D"] : ["MD", "MS"];
      return;
    case "MD":
      parameters.maxDatagram = limits.datagramOctets;
      return;
  }
}

export function auditConnection(gateway: Gateway, command: Command, now: Instant): Reply {
  const address = addressEndpoint(gateway, command.endpoint);
  if (address.kind !== "one") return { code: 500 };
  const id = command.parameters.connectionIds?.[0];
  const endpoint = endpointAt(gateway, address.index);
  const row = id === undefined || endpoint === null ? null : connectionByText(endpoint.connections, id);
  if (row === null) return { code: 515 };
  const parameters: Mutable = {};
  const bodies: string[] = [];
  for (const code of command.parameters.requestedInfo ?? []) {
    if (code === "C") parameters.callId = row.callId;
    else if (code === "N") parameters.notifiedEntity = endpoint?.notifiedEntity ?? gateway.notifiedEntity ?? "";
    else if (code === "L") parameters.localOptions = localOptions(row);
    else if (code === "M") parameters.mode = row.mode;
    else if (code === "P") parameters.connectionParameters = auditedParameters(gateway, row, now);
    else if (code === "LC") bodies[0] = localDescription(gateway, row);
    else if (code === "RC") bodies[1] = remoteDescription(row);
  }
  // The descriptors come in this order; one that was not asked for before one that was cannot be left out.
  if (bodies[1] !== undefined) bodies[0] ??= noDescription;
  return { code: 200, parameters, bodies };
}

const noDescription = "v=0\r\n";

function localOptions(row: GatewayConnection): LocalOptions {
  return { codecs: [row.codec], ptimeMs: row.ptimeMs, tos: row.tos, qos: row.qos, others: [] };
}

export function connectionParameters(row: GatewayConnection, now: Instant): ConnectionParameters {
  return connectionParametersOf(countersOf(row, now));
}

/** With what only an audit tells: the present silence, and how old the connection is. */
function auditedParameters({ table }: Gateway, row: GatewayConnection, now: Instant): ConnectionParameters {
  const parameters = connectionParameters(row, now);
  const silenceMs = row.media.real ? recentSilenceMs(row.media.receiver, now) : null;
  const ages = ageExtensions({
    setupAgeMs: sinceTicks(table.startedAt, row.setupTicks, now),
    connectAgeMs: row.connectAt === null ? null : sinceTicks(table.startedAt, row.connectTicks, now),
  });
  return {
    ...parameters,
    extensions: [...parameters.extensions, ...(silenceMs === null ? [] : [recentSilence(silenceMs)]), ...ages, ...endExtensions(row)],
  };
}

/** `o=` carries when the connection was created (session id) and changed last (version), as NTP timestamps. */
export function localDescription(gateway: Gateway, row: GatewayConnection): string {
  const sessionId = printNtpStamp(row.setupAt, row.number);
  const description = audioDescription(sessionId, gateway.rtpHost, row.localPort, row.codec, row.ptimeMs);
  return printSessionDescription({ ...description, version: printNtpStamp(row.changedAt, row.number), direction: row.mode });
}

function remoteDescription(row: GatewayConnection): string {
  if (row.remote === null) return noDescription;
  return printSessionDescription(audioDescription("0", row.remote.host, row.remote.port, row.codec, row.ptimeMs));
}
