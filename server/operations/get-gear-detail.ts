/** How one server's audits of a gateway, or of gear of others, go: its profile, the last polls, differences, what looks stuck. */
import type { GearDetail } from "../core/status/gear-status.ts";
import type { OperationsContext } from "./context.ts";
import { askingOf, type GearQuestion, serverFor } from "./gear-door.ts";

export async function getGearDetail(context: OperationsContext, question: GearQuestion): Promise<GearDetail> {
  const server = await serverFor(context, question);
  return askingOf(question, server, context.fleet.gear(server, question.name));
}
