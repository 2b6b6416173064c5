"use client";
/** Two servers that both say they hold the title: both claims side by side, and whom the voters obey. */
import type { ServerStatus } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { Age } from "../../_ui/Age.tsx";
import { epochText } from "../../_ui/epoch.ts";
import { Glyph } from "../../_ui/StatusGlyph.tsx";

export function Claims({ snapshot, holders }: { readonly snapshot: ConsoleSnapshot; readonly holders: readonly ServerStatus[] }) {
  const voters = [...snapshot.gateways.filter((gateway) => gateway.voter), ...snapshot.witnesses];
  return (
    <section className="claims" aria-label="Two claims">
      <div className="head status">
        <Glyph name="failed" size={14} />
        Two claims to the title
      </div>
      <p className="ink-2">A voter obeys one owner at a time. The claim without answering voters is the one that nobody obeys.</p>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Server</th>
              <th scope="col">Epoch</th>
              <th scope="col">Title for</th>
              <th scope="col">Lease left</th>
              <th scope="col">Voters that answer it</th>
              <th scope="col">Voters that name it their owner</th>
            </tr>
          </thead>
          <tbody>
            {holders.map((server) => (
              <tr key={server.name}>
                <td className="mono medium">{server.name}</td>
                <td className="mono">{epochText(server.epoch)}</td>
                <td>
                  <Age at={server.title.since} />
                </td>
                <td>{Math.round(server.title.leaseLeftMs)} ms</td>
                <td>
                  {server.title.votersAnswering} of {server.title.voters}
                </td>
                <td>
                  {voters
                    .filter((voter) => voter.status?.owner === server.name)
                    .map((voter) => voter.name)
                    .join(", ") || "none"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
