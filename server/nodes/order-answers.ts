/** Orders at a node's door: read from the network with every field checked, and answered by those that cannot carry them out. */
import { randomUUID } from "node:crypto";
import type { NodeName } from "../core/identity.ts";
import { type OrderAsk, type OrderRequest, type OrderResult, orderVerbs } from "../core/status/order.ts";
import type { WallTime } from "../core/time.ts";
import { OperatorError } from "../runtime/operator-server.ts";

const mostNames = 64;

export function refusedOrder(ask: OrderAsk, blockers: readonly string[], askInstead: NodeName | null = null): OrderResult {
  const { id, request } = ask;
  return { id, verb: request.verb, accepted: false, settled: false, outcome: null, plan: null, blockers, stored: null, askInstead };
}

/** A node that is no call server names one that is. */
export function elsewhere(ask: OrderAsk, server: NodeName | null): OrderResult {
  const { request } = ask;
  const named = request.verb === "failover-now" || request.verb === "override" ? request.to : server;
  const where = named === null ? "a call server" : named;
  return refusedOrder(ask, [`This node only passes switchovers on. Ask ${where}.`], named);
}

/** The body of `POST /orders`: {id, request: {verb, …}, reason, by, confirm, dryRun}. */
export function parseOrder(body: unknown): OrderAsk {
  const fields = record(body, "body");
  const dryRun = fields.dryRun === true;
  const reason = text(fields, "reason", 500) ?? "";
  if (reason === "" && !dryRun) throw new OperatorError(400, "reason", "An order needs a reason.");
  return {
    id: text(fields, "id", 64) ?? randomUUID(),
    request: parseRequest(record(fields.request, "request")),
    reason,
    by: text(fields, "by", 100) ?? "operator",
    confirm: text(fields, "confirm", 63),
    dryRun,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseRequest(fields: Fields): OrderRequest {
  const { verb } = fields;
  switch (verb) {
    case "schedule-switchover":
      return { verb, to: text(fields, "to", 63), at: instant(fields, "at") };
    case "failover-now":
    case "override":
      return { verb, to: name(fields, "to") };
    case "pause":
      return { verb, until: fields.until === null || fields.until === undefined ? null : instant(fields, "until") };
    case "add-voter":
    case "remove-voter":
    case "admit-voter":
      return { verb, voter: name(fields, "voter") };
    case "failback":
      return {
        verb,
        to: text(fields, "to", 63),
        gateways: fields.gateways === null || fields.gateways === undefined ? null : names(fields, "gateways"),
      };
    case "recall":
      return { verb, gateways: names(fields, "gateways") };
    case "cancel-switchover":
    case "resume":
    case "acknowledge":
      return { verb };
    default:
      throw new OperatorError(400, "verb", `verb must be one of ${orderVerbs.join(", ")}.`);
  }
}

function record(value: unknown, field: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new OperatorError(400, field, `${field} must be an object.`);
  return value as Fields;
}

/** Null where it is absent, null or empty. */
function text(fields: Fields, field: string, longest: number): string | null {
  const value = fields[field];
  if (value === null || value === undefined || value === "") return null;
  if (typeof value !== "string" || value.length > longest)
    throw new OperatorError(400, field, `${field} must be a text of at most ${longest} characters.`);
  return value;
}

function name(fields: Fields, field: string): NodeName {
  const value = text(fields, field, 63);
  if (value === null) throw new OperatorError(400, field, `${field} must be a node's name.`);
  return value;
}

function names(fields: Fields, field: string): NodeName[] {
  const value = fields[field];
  const good = Array.isArray(value) && value.length > 0 && value.length <= mostNames;
  if (!good || value.some((one) => typeof one !== "string" || one === "" || one.length > 63))
    throw new OperatorError(400, field, `${field} must be a list of 1 to ${mostNames} names.`);
  return [...new Set(value as NodeName[])];
}

function instant(fields: Fields, field: string): WallTime {
  const value = fields[field];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > 8_640_000_000_000_000)
    throw new OperatorError(400, field, `${field} must be an instant in ms since 1970.`);
  return value;
}
