/** up, suspect, frozen or unreachable: one judgement for the console, the command line and the status for scripts. */
import type { NodeName } from "../core/identity.ts";
import type { LabStatus } from "../core/status/lab-status.ts";
import type { ServerStatus } from "../core/status/node-status.ts";
import type { WallTime } from "../core/time.ts";
import type { NodeState } from "./console-view.ts";
import type { Observation, Observations } from "./observations.ts";

/** How long a status counts as fresh; it is asked for each 0.4 s. */
export const statusTtlMs = 1000;

/** Past this age a status no longer says what the node does now. */
const staleAfterMs = 2 * statusTtlMs;

export function isFresh(observation: Observation, now: WallTime): boolean {
  return observation.failure === null && observation.observedAt !== null && now - observation.observedAt <= staleAfterMs;
}

export interface Judgement {
  readonly state: NodeState;
  /** A clause that reads after a colon: no capital, no full stop. */
  readonly error: string | null;
}

/**
 * `missedBy`: who misses its keepalives right now. A silent process (accepts the connection, says nothing) reads as frozen,
 * as does one that the lab has stopped.
 */
export function judgeNode(
  name: NodeName,
  observation: Observation,
  lab: LabStatus | null,
  missedBy: readonly NodeName[],
  now: WallTime,
): Judgement {
  const process = lab?.nodes.find((node) => node.name === name);
  if (process?.state === "frozen") return { state: "frozen", error: "the lab has frozen its process" };
  if (process?.state === "killed") return { state: "unreachable", error: "the lab has killed its process" };
  if (process?.state === "starting" && !isFresh(observation, now)) return { state: "unreachable", error: "it is starting" };
  if (observation.failure === "silent") return { state: "frozen", error: observation.error };
  if (observation.failure === "unreachable") return { state: "unreachable", error: observation.error };
  if (observation.failure !== null) return { state: "suspect", error: observation.error };
  if (observation.observedAt === null) return { state: "unreachable", error: "it has not answered the console yet" };
  if (!isFresh(observation, now))
    return { state: "frozen", error: `it has sent no status for ${((now - observation.observedAt) / 1000).toFixed(1)} s` };
  if (missedBy.length > 0)
    return { state: "suspect", error: `${missedBy.join(", ")} ${missedBy.length === 1 ? "misses" : "miss"} its keepalives` };
  return { state: "up", error: null };
}

/** Fresh statuses of the call servers, by name. */
export function freshServers(observations: Observations): ServerStatus[] {
  const fresh: ServerStatus[] = [];
  for (const observation of observations.nodes.values()) {
    if (observation.status?.kind === "call-server" && isFresh(observation, observations.at)) fresh.push(observation.status);
  }
  return fresh;
}
