/** Whether the site is whole again: one title, every gateway obeying its holder, every voter voting, the others standing by. */
import type { GatewayStatus, NodeStatus, ServerStatus, WitnessStatus } from "../core/status/node-status.ts";
import type { PlayedSite } from "./played-site.ts";

/** Within this after everything was mended and started; a real machine's starting and waiting included. */
export const wholeWithinMs = 15_000;
const askEveryMs = 100;

/** Null once it is whole, else what is still wrong. */
export async function awaitWhole(
  site: PlayedSite,
  shared: boolean,
  limitMs: number,
  stopped: () => boolean,
): Promise<readonly string[] | null> {
  const end = performance.now() + limitMs;
  let wrong: readonly string[] = [];
  while (!stopped()) {
    const all = await Promise.all(site.names().map(async (name) => [name, await site.status<NodeStatus>(name)] as const));
    wrong = wrongWith(all, shared);
    if (wrong.length === 0) return null;
    if (performance.now() > end) return wrong;
    await new Promise((done) => setTimeout(done, askEveryMs));
  }
  return null;
}

/** @param shared whether another server may rightly keep gateways without the title: lent, or not to be merged by itself */
export function wrongWith(all: readonly (readonly [string, NodeStatus | null])[], shared: boolean): string[] {
  const known = all.flatMap(([, status]) => status ?? []);
  const wrong = all.flatMap(([name, status]) => (status === null ? [`${name} does not answer`] : []));
  const servers = known.filter((status): status is ServerStatus => status.kind === "call-server");
  const titled = servers.filter((server) => server.title.held);
  const primary = titled[0];
  if (titled.length !== 1 || primary === undefined) {
    return [...wrong, titled.length === 0 ? "nobody holds the title" : `${titled.map(({ name }) => name).join(" and ")} hold the title`];
  }
  for (const { name, role, state } of servers) {
    if (shared) break;
    if (name !== primary.name && (role !== "standby" || state !== "standby")) wrong.push(`${name} is ${state}`);
  }
  for (const status of known) if (status.kind !== "call-server") wrong.push(...wrongWithVoter(status, shared ? null : primary.name));
  return wrong;
}

function wrongWithVoter(status: GatewayStatus | WitnessStatus, primary: string | null): string[] {
  if (status.state !== "owned") return [`${status.name} is ${status.state}`];
  return primary === null || status.owner === primary ? [] : [`${status.name} obeys ${status.owner ?? "nobody"}, not ${primary}`];
}
