/** Which glyph and word a node's state gets: the only place where states become drawings. */

import type { GatewayView, GearView, ServerView } from "../../server/operations/console-view.ts";
import type { GlyphName, Tone } from "./StatusGlyph.tsx";
import { toneOf } from "./StatusGlyph.tsx";
import { unreachable } from "./unreachable.ts";

export interface StateWords {
  readonly glyph: GlyphName;
  readonly word: string;
  readonly tone: Tone;
  readonly reason: string | null;
}

function words(glyph: GlyphName, word: string, reason: string | null = null): StateWords {
  return { glyph, word, tone: toneOf(glyph), reason };
}

/** "2/5": keepalives missed of the limit. */
function missedText(missed: number | null, limit: number): string {
  return missed === null ? "" : ` ${Math.min(missed, limit)}/${limit}`;
}

export function serverState(server: ServerView, limit = 5, missed: number | null = null): StateWords {
  switch (server.state) {
    case "unreachable":
      return words("failed", "FAILED", server.error);
    case "frozen":
      return words("failed", "FROZEN", server.error);
    case "suspect":
      return words("suspect", `SUSPECT${missedText(missed, limit)}`, server.error);
    case "up":
      return upState(server);
    default:
      return unreachable(server.state);
  }
}

/** States of the control machine in which the server is on its way to another role. */
const transitions: Readonly<Record<string, string>> = {
  claiming: "CLAIMING",
  "handing-over": "HANDING OVER",
  resigned: "HANDING OVER",
};

function upState(server: ServerView): StateWords {
  const status = server.status;
  if (status === null) return words("unknown", "NO DATA", server.error);
  const transition = transitions[status.state];
  if (transition !== undefined) return words("transit", transition);
  if (status.starved) {
    const role = status.title.held ? "PRIMARY, " : status.role === "standby" ? "STANDBY, " : "";
    return words("degraded", `${role}STARVED`, `its event loop waits up to ${Math.round(status.loopDelayMs.max)} ms`);
  }
  if (status.title.held) return words("ok", "PRIMARY");
  const { holds } = status;
  if (holds !== null && (holds.basis === "override" || holds.basis === "fragment") && holds.gateways.length > 0) {
    return words("degraded", holds.basis.toUpperCase(), `controls ${holds.gateways.length} gateways without the title`);
  }
  if (status.role === "standby") {
    return status.readiness.ready ? words("ok", "STANDBY") : words("degraded", "NOT READY", status.readiness.reasons[0] ?? null);
  }
  return words("ok", "UP");
}

export function gatewayState(gateway: GatewayView, limit = 5): StateWords {
  switch (gateway.condition) {
    case "ok":
      return words("ok", "OK");
    case "disagrees":
      return words("degraded", "DISAGREES", gateway.reason);
    case "suspect":
      return words("suspect", `SUSPECT${missedText(gateway.health?.missed ?? null, limit)}`, gateway.reason);
    case "orphaned":
      return words("degraded", "NO OWNER", gateway.reason);
    case "no-data":
      return words("unknown", "NO DATA", gateway.reason);
    case "failed":
      return words("failed", "FAILED", gateway.reason);
    case "changing":
      return words("transit", "CHANGING", gateway.reason);
    default:
      return unreachable(gateway.condition);
  }
}

/** Gear of others: each kind of trouble has its own word, because each is mended elsewhere. */
export function gearState({ condition, reason }: Pick<GearView, "condition" | "reason">): StateWords {
  switch (condition) {
    case "ok":
      return words("ok", "OK");
    case "stuck":
      return words("degraded", "STUCK CALLS", reason);
    case "disabled":
      return words("off", "POLLING OFF", reason);
    case "never":
      return words("unknown", "NEVER POLLED", reason);
    case "suspect":
      return words("suspect", "SUSPECT", reason);
    case "unreachable":
      return words("failed", "UNREACHABLE", reason);
    case "refused":
      return words("failed", "REFUSED", reason);
    case "unauthorized":
      return words("failed", "NOT AUTHORIZED", reason);
    case "answered":
      return words("degraded", "INCOMPLETE", reason);
    case "late":
    case "no-data":
      return words("unknown", "NO DATA", reason);
    default:
      return unreachable(condition);
  }
}
