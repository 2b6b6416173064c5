/** Reads a gateway's own journal: which epochs it obeyed, and when, on its own monotonic clock. Two that overlap would be two owners at once. */
import type { BootId, Epoch, NodeName } from "../../server/core/identity.ts";
import type { JournalEvent } from "../../server/core/timeline/journal-event.ts";
import type { RealLab } from "../real-lab.ts";

export interface Reign {
  readonly gateway: NodeName;
  readonly epoch: Epoch;
  readonly boot: BootId;
  readonly fromMono: number;
  readonly untilMono: number;
  /** Which run of the gateway's clock the two instants belong to. */
  readonly gatewayBoot: BootId;
}

export async function journalOf(lab: RealLab, node: NodeName): Promise<JournalEvent[]> {
  const all: JournalEvent[] = [];
  for (let after = 0; ; ) {
    const { events } = await lab.fleet.events(node, after, 5000);
    all.push(...events);
    const last = events.at(-1);
    if (last === undefined) return all;
    after = last.sequence;
  }
}

export function reignsIn(gateway: NodeName, journal: readonly JournalEvent[]): Reign[] {
  const reigns: Reign[] = [];
  for (const event of journal) {
    const { epoch, boot } = event.data as { epoch?: Epoch; boot?: BootId };
    if (epoch === undefined || boot === undefined) continue;
    if (event.what === "command-obeyed") {
      reigns.push({ gateway, epoch, boot, fromMono: event.mono, untilMono: event.mono, gatewayBoot: event.boot });
    }
    const open = reigns.at(-1);
    if (event.what === "last-command-obeyed" && open !== undefined) {
      reigns[reigns.length - 1] = { ...open, untilMono: event.data.lastAtMono as number };
    }
  }
  return reigns;
}

/** Every place where a gateway obeyed two owners at once, or an epoch lower than one before; empty = proven. */
export function violations(reigns: readonly Reign[]): string[] {
  return reigns.flatMap((reign, index) => {
    const before = reigns[index - 1];
    if (before === undefined) return [];
    const found: string[] = [];
    if (reign.epoch.number < before.epoch.number)
      found.push(`${reign.gateway} obeyed epoch ${reign.epoch.number} after ${before.epoch.number}`);
    const sameClock = reign.gatewayBoot === before.gatewayBoot;
    if (sameClock && reign.fromMono < before.untilMono && reign.epoch.server !== before.epoch.server) {
      found.push(
        `${reign.gateway} obeyed ${before.epoch.server} until ${before.untilMono} and ${reign.epoch.server} from ${reign.fromMono}`,
      );
    }
    return found;
  });
}

export async function ownershipViolations(lab: RealLab): Promise<string[]> {
  const all = await Promise.all(lab.site.gateways.map(async ({ name }) => violations(reignsIn(name, await journalOf(lab, name)))));
  return all.flat();
}
