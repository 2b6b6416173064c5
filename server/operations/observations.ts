/** What is known of each node at one moment, before anybody interprets it. */
import type { NodeName } from "../core/identity.ts";
import type { Site } from "../core/site/site.ts";
import type { LabStatus } from "../core/status/lab-status.ts";
import type { NodeStatus } from "../core/status/node-status.ts";
import type { WallTime } from "../core/time.ts";
import { type Fleet, FleetError, type FleetFailure } from "./fleet.ts";
import type { LabControl } from "./lab-control.ts";

export interface Observation {
  /** The last status that came, however old. */
  readonly status: NodeStatus | null;
  /** When it came, on the console's clock. */
  readonly observedAt: WallTime | null;
  /** Why the last attempt failed; null where it succeeded. */
  readonly failure: FleetFailure | null;
  readonly error: string | null;
}

export interface Observations {
  readonly at: WallTime;
  readonly nodes: ReadonlyMap<NodeName, Observation>;
  readonly lab: LabStatus | null;
}

export const neverObserved: Observation = { status: null, observedAt: null, failure: null, error: null };

export function nodeNames(site: Site): NodeName[] {
  return [...site.servers, ...site.gateways, ...site.witnesses].map((node) => node.name);
}

/** Asks every node once, all at the same time; takes as long as the slowest deadline, 1 s. */
export async function observeNow(site: Site, fleet: Fleet, lab: LabControl | null, now: () => WallTime): Promise<Observations> {
  const asked = nodeNames(site).map(async (name): Promise<[NodeName, Observation]> => [name, await observeNode(fleet, name, now)]);
  const labStatus = lab ? lab.status().catch(() => null) : Promise.resolve(null);
  const [nodes, status] = await Promise.all([Promise.all(asked), labStatus]);
  return { at: now(), nodes: new Map(nodes), lab: status };
}

async function observeNode(fleet: Fleet, name: NodeName, now: () => WallTime): Promise<Observation> {
  try {
    const status = await fleet.status(name);
    return { status, observedAt: now(), failure: null, error: null };
  } catch (error) {
    return { status: null, observedAt: null, ...describeFailure(error) };
  }
}

export function describeFailure(error: unknown): { failure: FleetFailure; error: string } {
  if (error instanceof FleetError) return { failure: error.failure, error: error.message };
  return { failure: "garbled", error: error instanceof Error ? error.message : String(error) };
}
