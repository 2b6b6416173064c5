/** What a gateway tells its call server without being asked: observed events (NTFY) and restarts (RSIP), as core facts. */
import type { EndpointEvent } from "../../core/calls/endpoint-event.ts";
import type { NodeName } from "../../core/identity.ts";
import type { Now } from "../../core/time.ts";
import { decodeObservedEvents } from "./endpoint-package.ts";
import type { Command } from "./message.ts";

export type GatewayReport =
  | { readonly kind: "events"; readonly events: readonly EndpointEvent[] }
  /** RSIP. `endpoint` may hold a wildcard. */
  | {
      readonly kind: "restart";
      readonly gateway: NodeName;
      readonly endpoint: string;
      /** Null: it was left out. */
      readonly method: string | null;
      readonly delaySeconds: number;
    }
  /** Understood as a message, refused as a report; the code is the answer it deserves. */
  | { readonly kind: "refused"; readonly code: number; readonly reason: string };

/** Beside the age that the gateway tells, the path adds its own delay: ± ms. */
export const eventPathErrorMs = 25;

export function reportOf(received: Command, gateway: NodeName, receivedAt: Now): GatewayReport {
  const { parameters, endpoint } = received;
  if (received.verb === "RSIP") {
    const method = parameters.restartMethod ?? null;
    return { kind: "restart", gateway, endpoint, method, delaySeconds: parameters.restartDelay ?? 0 };
  }
  if (received.verb !== "NTFY") return { kind: "refused", code: 504, reason: `a call server does not obey ${received.verb}` };
  if (parameters.observedEvents === undefined || parameters.observedEvents.length === 0)
    return { kind: "refused", code: 510, reason: "no observed events" };
  const observed = decodeObservedEvents(parameters.observedEvents);
  if (observed === null) return { kind: "refused", code: 522, reason: "no such event" };
  const at = receivedAt.wall - (parameters.eventAgeMs ?? 0);
  const events = observed.map(
    (event): EndpointEvent => ({ kind: "endpoint-event", gateway, endpoint, event, at, errorMs: eventPathErrorMs }),
  );
  return { kind: "events", events };
}
