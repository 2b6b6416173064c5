/** `GET /api/gateways/NAME`: how its audits go; `POST /api/gateways/NAME/poll`: one audit now. `?server=` names by whose eyes, else the primary's. */
import { z } from "zod";
import type { GearDetail, PollTranscript } from "../core/status/gear-status.ts";
import type { OperationsContext } from "../operations/context.ts";
import { getGearDetail } from "../operations/get-gear-detail.ts";
import { OperationError } from "../operations/operation-error.ts";
import { pollGatewayNow } from "../operations/poll-gateway-now.ts";

const name = z.string().min(1).max(64);
const parameters = z.strictObject({ server: name.optional(), mode: z.enum(["full", "liveness"]).optional() });

export interface GatewayRequest {
  readonly method: string | undefined;
  readonly url: URL;
}

/** Null: no such path, or not by this method. */
export function answerGateway(context: OperationsContext, { method, url }: GatewayRequest): Promise<GearDetail | PollTranscript> | null {
  const found = /^\/api\/gateways\/([^/]{1,192})(\/poll)?$/.exec(url.pathname);
  const polls = found?.[2] !== undefined;
  if (found?.[1] === undefined || method !== (polls ? "POST" : "GET")) return null;
  const asked = name.safeParse(decoded(found[1]));
  const read = parameters.safeParse(Object.fromEntries(url.searchParams));
  if (!asked.success || !read.success)
    throw new OperationError("invalid", "Name a gateway; server and mode (full or liveness) may follow.");
  const { server = null, mode = "liveness" } = read.data;
  const question = { name: asked.data, server };
  return polls ? pollGatewayNow(context, { ...question, mode }) : getGearDetail(context, question);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
