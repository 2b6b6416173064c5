/** The voter set in force as the servers tell it, and how it differs from the configuration. Pure. */
import type { ServerStatus } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";

export interface VotersNow {
  /** Whose word this is: the title holder's, else the newest version that anybody knows; null where no server answers. */
  readonly source: string | null;
  readonly version: number;
  readonly voters: readonly string[];
  /** The set before, while a change is under way. */
  readonly previous: readonly string[] | null;
  /** Gateways and witnesses that do not vote. */
  readonly others: readonly string[];
  /** Voters that the configuration does not name, and the reverse. */
  readonly onlyInForce: readonly string[];
  readonly onlyConfigured: readonly string[];
}

export function votersOf(snapshot: Pick<ConsoleSnapshot, "servers" | "primary" | "gateways" | "witnesses">): VotersNow {
  const clients = [...snapshot.gateways, ...snapshot.witnesses].map((one) => one.name);
  const status = teller(snapshot);
  if (status === null) return { source: null, version: 0, voters: [], previous: null, others: [], onlyInForce: [], onlyConfigured: [] };
  const { version, voters, previous } = status.voterSet;
  const sorted = clients.filter((name) => voters.includes(name));
  return {
    source: status.name,
    version,
    voters: [...sorted, ...voters.filter((name) => !clients.includes(name))],
    previous,
    others: clients.filter((name) => !voters.includes(name)),
    onlyInForce: voters.filter((name) => !status.configuredVoters.includes(name)),
    onlyConfigured: status.configuredVoters.filter((name) => !voters.includes(name)),
  };
}

/** Gateways and witnesses that say themselves that they lost their storage and take no part. */
export function abstainingOf({ gateways, witnesses }: Pick<ConsoleSnapshot, "gateways" | "witnesses">): readonly string[] {
  return [...gateways, ...witnesses].filter((one) => one.status?.state === "abstaining").map((one) => one.name);
}

function teller({ servers, primary }: Pick<ConsoleSnapshot, "servers" | "primary">): ServerStatus | null {
  const answering = servers.flatMap((server) =>
    server.status !== null && ["up", "suspect"].includes(server.state) ? [server.status] : [],
  );
  return (
    answering.find((status) => status.name === primary) ?? answering.sort((a, b) => b.voterSet.version - a.voterSet.version)[0] ?? null
  );
}

/** "7 to 6 voters: gw-6 leaves": what a change under way does. */
export function changeText({ voters, previous }: Pick<VotersNow, "voters" | "previous">): string | null {
  if (previous === null) return null;
  const joins = voters.filter((name) => !previous.includes(name)).map((name) => `${name} joins`);
  const leaves = previous.filter((name) => !voters.includes(name)).map((name) => `${name} leaves`);
  return `${previous.length} to ${voters.length} voters: ${[...joins, ...leaves].join(", ") || "the same ones"}`;
}

/** How the set in force differs from the configuration, in one sentence; null where it does not. */
export function driftText({ onlyInForce, onlyConfigured }: Pick<VotersNow, "onlyInForce" | "onlyConfigured">): string | null {
  if (onlyInForce.length + onlyConfigured.length === 0) return null;
  const verb = (names: readonly string[]) => (names.length === 1 ? "votes" : "vote");
  const parts = [
    ...(onlyInForce.length > 0 ? [`${onlyInForce.join(", ")} ${verb(onlyInForce)} and tandem.yaml does not say so`] : []),
    ...(onlyConfigured.length > 0
      ? [`tandem.yaml names ${onlyConfigured.join(", ")}, which ${onlyConfigured.length === 1 ? "does" : "do"} not vote`]
      : []),
  ];
  return `${parts.join("; ")}. The stored set is in force; write it to tandem.yaml too.`;
}
