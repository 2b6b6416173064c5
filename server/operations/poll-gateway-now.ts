/**
 * Asks a server for one audit now, and shows what was said. It reads and changes no call, so no reason is asked for; the node decides whether and
 * when it asks, and what it finds counts like any other audit.
 */
import type { PollMode } from "../core/polling/poll-event.ts";
import type { PollTranscript } from "../core/status/gear-status.ts";
import { audited } from "./audit.ts";
import { type OperationsContext, requireOperator } from "./context.ts";
import { askingOf, type GearQuestion, serverFor } from "./gear-door.ts";
import { counted, lasted } from "./words.ts";

export interface PollQuestion extends GearQuestion {
  /** full: every row; liveness: whether it is there, at the price of a datagram or two. */
  readonly mode: PollMode;
}

export async function pollGatewayNow(context: OperationsContext, question: PollQuestion): Promise<PollTranscript> {
  const { name, mode } = question;
  return audited(
    context,
    { action: "poll-gateway-now", target: name, reason: "by hand" },
    async () => {
      requireOperator(context);
      const server = await serverFor(context, question);
      return askingOf(question, server, context.fleet.pollGear(server, name, mode));
    },
    ({ source, complete, because, rows, packets, durationMs }) =>
      `${mode}, by ${source}: ${complete ? (rows === null ? "rows unknown" : counted(rows, "row")) : `not complete: ${because ?? "no reason told"}`}, ${counted(packets, "packet")}, ${lasted(durationMs)}`,
  );
}
