/** The end of a run's calls: no new ones, every party hangs up, every record is collected. Then records and truth can be compared. */
import type { GatewayStatus, ServerStatus } from "../core/status/node-status.ts";
import type { CallBooks } from "./call-books.ts";
import type { PlayedSite } from "./played-site.ts";

/** A party whose call half came up waits up to 30 s before it gives up. */
const endWithinMs = 45_000;
const askEveryMs = 300;

/** Null once no call is up and every record was collected, else what is left. */
export async function endEveryCall(site: PlayedSite, books: CallBooks, stopped: () => boolean): Promise<string | null> {
  const end = performance.now() + endWithinMs;
  let left = "";
  while (!stopped()) {
    await hangUpAll(site, books);
    await books.collect();
    left = await whatIsLeft(site);
    if (left === "") {
      // Records are shown some milliseconds after the call's end.
      await new Promise((done) => setTimeout(done, askEveryMs));
      await books.collect();
      if ((await whatIsLeft(site)) === "") return null;
    }
    if (performance.now() > end) return left;
    await new Promise((done) => setTimeout(done, askEveryMs));
  }
  return null;
}

async function hangUpAll(site: PlayedSite, books: CallBooks): Promise<void> {
  const calls = new Set((await Promise.all(site.names("call-server").map((server) => books.everyCall(server)))).flat());
  const gateways = site.names("gateway");
  await Promise.all(
    gateways.flatMap((gateway) => [...calls].map((callId) => site.client(gateway).post("/stations/hang-up", { callId, afterMs: 0 }))),
  );
}

async function whatIsLeft(site: PlayedSite): Promise<string> {
  const gateways = await Promise.all(site.names("gateway").map((name) => site.status<GatewayStatus>(name)));
  const connections = gateways.flatMap((status) =>
    status !== null && status.connections > 0 ? [`${status.name} ${status.connections} connections`] : [],
  );
  const servers = await Promise.all(site.names("call-server").map((name) => site.status<ServerStatus>(name)));
  const calls = servers.flatMap((status) =>
    status === null
      ? []
      : [
          ...(status.title.held && status.calls.active > 0 ? [`${status.name} ${status.calls.active} calls`] : []),
          ...(status.outbox.pending > 0 ? [`${status.name} ${status.outbox.pending} records`] : []),
        ],
  );
  return [...connections, ...calls].join(", ");
}
