/** What governs control now: guard, voters, schedule, what is lent or held without the title, and the site's rules. */
import type { NodeName } from "../core/identity.ts";
import type { ServerStatus } from "../core/status/node-status.ts";
import type { ConsoleSnapshot } from "./console-view.ts";
import type { OperationsContext } from "./context.ts";
import { freshServers } from "./node-state.ts";
import { rememberedReport } from "./recent-reports.ts";
import { viewSite } from "./site-view.ts";

export interface ControlView extends Pick<ConsoleSnapshot, "primary" | "standby" | "guard" | "scheduled" | "untitled"> {
  /** The server whose voter set and rules these are: the primary, else any that answers; null where none does. */
  readonly source: NodeName | null;
  readonly voterSet: ServerStatus["voterSet"] | null;
  readonly configuredVoters: readonly NodeName[];
  readonly lent: ServerStatus["lent"];
  readonly rules: Pick<ServerStatus, "partition" | "merge" | "failback" | "takeover"> | null;
}

export async function getControl(context: OperationsContext): Promise<ControlView> {
  const observations = await context.observe();
  const remembered = await rememberedReport(context).catch(() => null);
  const { primary, standby, guard, scheduled, untitled } = viewSite(context.site, observations, remembered);
  const servers = freshServers(observations);
  const told = servers.find((server) => server.name === primary) ?? servers[0] ?? null;
  return {
    primary,
    standby,
    guard,
    scheduled,
    untitled,
    source: told?.name ?? null,
    voterSet: told?.voterSet ?? null,
    configuredVoters: told?.configuredVoters ?? [],
    lent: told?.lent ?? [],
    rules: told === null ? null : { partition: told.partition, merge: told.merge, failback: told.failback, takeover: told.takeover },
  };
}
