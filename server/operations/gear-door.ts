/** Which server is asked about a gateway's audits, and what its refusals mean. Each server audits by itself: their numbers differ. */
import type { NodeName } from "../core/identity.ts";
import type { OperationsContext } from "./context.ts";
import { FleetError } from "./fleet.ts";
import { freshServers } from "./node-state.ts";
import { OperationError } from "./operation-error.ts";

/** Of what a person asks: the gateway or gear, and by whose eyes; null: the primary's, else those of any server that answers. */
export interface GearQuestion {
  readonly name: NodeName;
  readonly server: NodeName | null;
}

/** Refuses names that the site does not have before anybody is asked. */
export async function serverFor({ site, observe }: OperationsContext, { name, server }: GearQuestion): Promise<NodeName> {
  const audited = [...site.gateways, ...site.gear].map((one) => one.name);
  if (!audited.includes(name))
    throw new OperationError("not-found", `${name} is no gateway of this site, nor gear of others. It has ${audited.join(", ")}.`);
  if (server !== null) {
    const servers = site.servers.map((one) => one.name);
    if (servers.includes(server)) return server;
    throw new OperationError("not-found", `${server} is no call server of this site. It has ${servers.join(", ")}.`);
  }
  const answering = freshServers(await observe());
  const chosen = answering.find((one) => one.role === "primary") ?? answering[0];
  if (!chosen) throw new OperationError("no-server", `No call server answers: nobody tells how ${name} is audited.`);
  return chosen.name;
}

/** A refusal in the words of operations; every other failure as it is. */
export async function askingOf<Answer>({ name }: GearQuestion, server: NodeName, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    if (error.status === 404)
      throw new OperationError("not-found", `${server} does not audit ${name}: it is older, or has another configuration.`);
    if (error.status === 504) throw new OperationError("timed-out", `The audit of ${name} goes on, but lasts too long to be shown.`);
    throw new OperationError("unreachable", `${error.message}.`);
  }
}
