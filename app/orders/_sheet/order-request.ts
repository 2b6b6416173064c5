/** What the address of an order's sheet asks for, as the request that the servers plan. Pure. */
import type { OrderRequest, OrderVerb } from "../../../server/core/status/order.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { unreachable } from "../../_ui/unreachable.ts";
import { abstainingOf, votersOf } from "./voters-now.ts";

/** How long a pause may last; null = until somebody resumes. */
export const pauseLengths = {
  "15m": { text: "15 minutes", ms: 15 * 60_000 },
  "1h": { text: "1 hour", ms: 3_600_000 },
  "4h": { text: "4 hours", ms: 4 * 3_600_000 },
  open: { text: "until resumed", ms: null },
} as const;
export type PauseLength = keyof typeof pauseLengths;

export function pauseLengthOf(text: string | null): PauseLength {
  return text !== null && Object.hasOwn(pauseLengths, text) ? (text as PauseLength) : "1h";
}

/** One parameter of the address. */
export type Get = (name: string) => string | null;

/** A request, or what is still to be chosen before there can be a plan. */
export type Asked = { readonly request: OrderRequest; readonly missing: null } | { readonly request: null; readonly missing: string };

type Situation = Pick<ConsoleSnapshot, "servers" | "primary" | "standby" | "gateways" | "witnesses">;

const asked = (request: OrderRequest): Asked => ({ request, missing: null });
const missing = (what: string): Asked => ({ request: null, missing: what });

/** @param asOf from when a pause is counted, wall ms: fixed while one plan is looked at */
export function requestOf(verb: OrderVerb, get: Get, situation: Situation, asOf: number): Asked {
  const { primary, standby } = situation;
  const to = get("to");
  switch (verb) {
    case "schedule-switchover": {
      const at = numberOf(get("at"));
      return at === null ? missing("Choose when.") : asked({ verb, to: to ?? standby, at });
    }
    case "failover-now":
    case "override": {
      const server = to ?? standby ?? situation.servers.find((one) => one.name !== primary)?.name ?? null;
      return server === null ? missing("Choose the server that shall be in control.") : asked({ verb, to: server });
    }
    case "pause": {
      const { ms } = pauseLengths[pauseLengthOf(get("for"))];
      return asked({ verb, until: numberOf(get("until")) ?? (ms === null ? null : wholeSecond(asOf + ms)) });
    }
    case "add-voter":
    case "remove-voter": {
      const candidates = verb === "add-voter" ? votersOf(situation).others : votersOf(situation).voters;
      const voter = get("voter") ?? candidates[0] ?? null;
      if (voter !== null) return asked({ verb, voter });
      return missing(verb === "add-voter" ? "Every gateway and witness votes already." : "It is not known who votes: no server answers.");
    }
    case "admit-voter": {
      const voter = get("voter") ?? abstainingOf(situation)[0] ?? null;
      return voter === null ? missing("No voter abstains now.") : asked({ verb, voter });
    }
    case "failback": {
      if (get("gateways") === null) {
        const barred = to === null ? failedBackText(situation) : null;
        return barred === null ? asked({ verb, to, gateways: null }) : missing(`${barred}. Choose gateways to give away, or switch over.`);
      }
      const gateways = namesOf(get("gateways"));
      return gateways.length === 0 ? missing("Choose at least one gateway.") : asked({ verb, to, gateways });
    }
    case "recall": {
      const gateways = get("gateways") === null ? lentOf(situation).map((one) => one.gateway) : namesOf(get("gateways"));
      return gateways.length === 0 ? missing("Choose at least one gateway.") : asked({ verb, gateways });
    }
    case "cancel-switchover":
    case "resume":
    case "acknowledge":
      return asked({ verb });
    default:
      return unreachable(verb);
  }
}

/** Why there is nothing to fail back: the preferred server is in control. */
export function failedBackText({ servers, primary }: Pick<Situation, "servers" | "primary">): string | null {
  const preferred = servers.find((server) => server.rank === 0);
  return preferred !== undefined && preferred.name === primary ? `${preferred.name} is preferred, and primary already` : null;
}

/** Gateways that a title holder gave away on request, by the servers that answer. */
export function lentOf({
  servers,
}: Pick<Situation, "servers">): readonly { readonly gateway: string; readonly to: string; readonly from: string }[] {
  return servers.flatMap((server) =>
    server.state === "up" || server.state === "suspect" ? (server.status?.lent ?? []).map((one) => ({ ...one, from: server.name })) : [],
  );
}

/** `-` stands for a list with nothing in it yet: an address has no empty parameters. */
export function namesOf(text: string | null): readonly string[] {
  return (text ?? "").split(",").filter((name) => name !== "" && name !== "-");
}

export function namesText(names: readonly string[]): string {
  return names.length === 0 ? "-" : names.join(",");
}

/** What was left open when the sheet was opened is written into its address when the order is given. */
export function addressOf(request: OrderRequest): Readonly<Record<string, string | null>> {
  switch (request.verb) {
    case "pause":
      return { until: request.until === null ? null : `${request.until}` };
    case "add-voter":
    case "remove-voter":
    case "admit-voter":
      return { voter: request.voter };
    case "recall":
      return { gateways: namesText(request.gateways) };
    case "failover-now":
    case "override":
      return { to: request.to };
    default:
      return {};
  }
}

/** The router's input has arrays that may be changed; ours may not. */
export function mutableRequest(request: OrderRequest) {
  switch (request.verb) {
    case "failback":
      return { ...request, gateways: request.gateways === null ? null : [...request.gateways] };
    case "recall":
      return { ...request, gateways: [...request.gateways] };
    default:
      return request;
  }
}

function numberOf(text: string | null): number | null {
  const value = text === null || text === "" ? Number.NaN : Number(text);
  return Number.isInteger(value) && value > 0 && value <= lastInstant ? value : null;
}

/** The last instant that a Date can hold (ECMA-262, time values). */
const lastInstant = 8.64e15;

function wholeSecond(at: number): number {
  return Math.ceil(at / 1000) * 1000;
}
