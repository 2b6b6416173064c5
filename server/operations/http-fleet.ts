/** The nodes of a site over their operator interfaces; what they answer is checked before anybody relies on it. */
import type { NodeName } from "../core/identity.ts";
import type { Site } from "../core/site/site.ts";
import { type Fleet, FleetError } from "./fleet.ts";
import { type HttpJson, openHttpJson } from "./http-json.ts";
import {
  type Check,
  columnsCheck,
  eventPageCheck,
  failoversCheck,
  gearDetailCheck,
  nodeStatusCheck,
  orderResultCheck,
  outboxPageCheck,
  pollTranscriptCheck,
  stripsCheck,
  switchoverResultCheck,
} from "./node-schemas.ts";

/** A node that works answers its status within milliseconds; after this it counts as silent. */
const statusMs = 1000;
const bulkMs = 2000;

/** A switchover order may pass through a node that first asks the primary over the link. */
const switchoverMs = 5000;

/** A node answers an order when it has seen the outcome, or after its own deadline. */
const orderMs = 8000;

/** Longer than a node's own patience with an audit, so that its sentence comes and not our deadline. */
const pollMs = 10_000;

export interface OpenFleet extends Fleet {
  close(): void;
}

export function openFleet(site: Site, token: string): OpenFleet {
  const clients = new Map<NodeName, HttpJson>();
  for (const node of [...site.servers, ...site.gateways, ...site.witnesses]) {
    clients.set(node.name, openHttpJson(node.name, node.operator, token));
  }
  const clientOf = (node: NodeName): HttpJson => {
    const client = clients.get(node);
    if (!client) throw new FleetError(node, "unreachable", `this site has no node ${node}`);
    return client;
  };
  const get = async <T>(node: NodeName, path: string, check: Check<T>, timeoutMs: number): Promise<T> =>
    checked(node, path, check, await clientOf(node).get(path, timeoutMs));
  return {
    status: async (node) => {
      const status = await get(node, "/status", nodeStatusCheck, statusMs);
      if (status.name !== node) throw new FleetError(node, "garbled", `at ${node}'s address answers ${status.name}`);
      return status;
    },
    strips: (node) => get(node, "/strips", stripsCheck, bulkMs),
    events: (node, after, limit) => get(node, `/events?after=${after}&limit=${limit}`, eventPageCheck, bulkMs),
    connections: (node) => get(node, "/connections?limit=10000", columnsCheck, bulkMs),
    records: (node, after, limit) => get(node, `/records?after=${after}&limit=${limit}`, outboxPageCheck, bulkMs),
    acknowledgeRecords: async (node, through) => {
      await clientOf(node).post("/records/ack", { through }, bulkMs);
    },
    failovers: (node) => get(node, "/failovers", failoversCheck, bulkMs),
    switchover: async (node, order) =>
      checked(node, "/switchover", switchoverResultCheck, await clientOf(node).post("/switchover", order, switchoverMs)),
    order: async (node, ask) => checked(node, "/orders", orderResultCheck, await clientOf(node).post("/orders", ask, orderMs)),
    gear: (node, name) => get(node, `/gear?name=${encodeURIComponent(name)}`, gearDetailCheck, bulkMs),
    pollGear: async (node, name, mode) =>
      checked(node, "/gear/poll", pollTranscriptCheck, await clientOf(node).post("/gear/poll", { name, mode }, pollMs)),
    close: () => {
      for (const client of clients.values()) client.close();
    },
  };
}

function checked<T>(node: NodeName, path: string, check: Check<T>, value: unknown): T {
  try {
    return check.parse(value);
  } catch (error) {
    throw new FleetError(node, "garbled", `${node}'s ${path.split("?")[0]} does not read as one: ${firstProblem(error)}`);
  }
}

/** The first thing that is wrong, in one line: a page has no room for forty. */
function firstProblem(error: unknown): string {
  const issue = (error as { issues?: { path: PropertyKey[]; message: string }[] }).issues?.[0];
  if (!issue) return error instanceof Error ? error.message : String(error);
  return `${issue.path.map(String).join(".") || "value"}: ${issue.message}`;
}
