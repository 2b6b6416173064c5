/** The lab's door to the simulated parties (lab only): calls, answering, hanging up, ground truth, and endpoint states. */
import type { Endpoint } from "../../core/gateway/endpoint.ts";
import { endpointAt, type Gateway, stateOf } from "../../core/gateway/gateway.ts";
import { OperatorError, type OperatorRequest, type OperatorRoute } from "../../runtime/operator-server.ts";
import type { Stations } from "./stations.ts";

const longestHoldMs = 24 * 3_600_000;
const mostTruths = 5_000;

export function stationRoutes(gateway: Gateway, stations: Stations): OperatorRoute[] {
  return [
    { method: "POST", path: "/stations/call", handle: (request) => placeCall(stations, fieldsOf(request)) },
    {
      method: "POST",
      path: "/stations/answer",
      handle(request) {
        const fields = fieldsOf(request);
        stations.setAnswer(numberIn(fields, "afterMs", 0, 60_000, 800), numberIn(fields, "jitterMs", 0, 60_000, 400));
      },
    },
    {
      method: "POST",
      path: "/stations/hang-up",
      handle(request) {
        const fields = fieldsOf(request);
        return {
          found: stations.hangUpAfter(
            textIn(fields, "callId", /^[0-9A-Fa-f]{1,32}$/).toUpperCase(),
            numberIn(fields, "afterMs", 0, longestHoldMs, 0),
          ),
        };
      },
    },
    {
      method: "GET",
      path: "/stations/truth",
      handle: (request) =>
        stations.truthAfter(
          request.number("after", { fallback: 0 }),
          request.number("limit", { fallback: mostTruths, min: 1, max: mostTruths }),
        ),
    },
    { method: "POST", path: "/stations/endpoint", handle: (request) => setEndpoint(gateway, fieldsOf(request)) },
  ];
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(request: OperatorRequest): Fields {
  return (request.body ?? {}) as Fields;
}

function numberIn(fields: Fields, name: string, min: number, max: number, fallback?: number): number {
  const value = fields[name] ?? fallback;
  if (typeof value !== "number" || !(value >= min && value <= max))
    throw new OperatorError(400, "field", `${name} must be within ${min}..${max}.`);
  return value;
}

function textIn(fields: Fields, name: string, pattern: RegExp): string {
  const value = fields[name];
  if (typeof value !== "string" || !pattern.test(value)) throw new OperatorError(400, "field", `${name} is missing or has a wrong form.`);
  return value;
}

function placeCall(stations: Stations, fields: Fields): { readonly callRef: string } {
  const callRef = textIn(fields, "callRef", /^.{1,64}$/);
  const calling = fields.callingNumber;
  const problem = stations.place(numberIn(fields, "endpointIndex", 1, 1_000_000), {
    callRef,
    digits: textIn(fields, "digits", /^[0-9*#]{1,32}$/),
    callingNumber: typeof calling === "string" && /^\+?[0-9]{1,32}$/.test(calling) ? calling : null,
    holdMs: numberIn(fields, "holdMs", 0, longestHoldMs),
    releasedBy: fields.releasedBy === "called" ? "called" : "calling",
  });
  if (problem !== null) throw new OperatorError(409, "busy", `The call was not placed: ${problem}.`);
  return { callRef };
}

/** `out-of-service`, `in-service`, `forwarding-set`, `transfer-set` or `none` (no feature set). */
function setEndpoint(gateway: Gateway, fields: Fields): { readonly state: string } {
  const endpoint: Endpoint | null = endpointAt(gateway, numberIn(fields, "endpointIndex", 1, 1_000_000));
  if (endpoint === null) throw new OperatorError(404, "endpoint", "There is no such endpoint.");
  const wanted = textIn(fields, "state", /^(in-service|out-of-service|forwarding-set|transfer-set|none)$/);
  if (wanted === "in-service" || wanted === "out-of-service") {
    endpoint.inService = wanted === "in-service";
  } else {
    endpoint.forwarding = wanted === "forwarding-set";
    endpoint.transfer = wanted === "transfer-set";
  }
  return { state: stateOf(endpoint) };
}
