/** `tandem connections`: one row for each connection. */
import { connectionRows } from "../operations/connection-columns.ts";
import { listConnections } from "../operations/list-connections.ts";
import { OperationError } from "../operations/operation-error.ts";
import { counted, groupDigits } from "../operations/words.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";
import { numberPrefix, requireGateway } from "./refusals.ts";

export async function connections(common: CommonOptions, filter: { gateway?: string; number?: string; limit: number }): Promise<void> {
  const number = numberPrefix(filter.number);
  await withContext(common, "none", async (context) => {
    requireGateway(context.site, filter.gateway);
    const columns = await listConnections(context, { ...filter, number });
    if (columns.source === null) throw new OperationError("no-server", "No call server answers; which connections are up is unknown.");
    const rows = connectionRows(columns).map((row) => ({
      ...row,
      setupAt: isoTime(row.setupAt),
      connectAt: isoTime(row.connectAt),
      confirmedAt: isoTime(row.confirmedAt),
      countersAt: isoTime(row.countersAt),
    }));
    if (common.json) {
      printJson({ at: isoTime(columns.at), source: columns.source, total: columns.total, connections: rows });
      return;
    }
    printTable(
      ["GATEWAY", "ENDPOINT", "NUMBER", "PEER", "PHASE", "CODEC", "CONNECTED", "FROM"],
      rows.map((row) => [
        row.gateway,
        row.endpoint,
        row.localNumber,
        row.peerNumber,
        row.phase,
        row.codec,
        row.connectAt ?? (isUpForAllWeKnow(row.phase) ? null : "-"),
        row.stale ? `${row.provenance}, stale` : row.provenance,
      ]),
    );
    printLine(`${groupDigits(rows.length)} of ${counted(columns.total, "connection")}, from ${columns.source}`);
  });
}

/** Then "not connected" would be made up: when it was answered is unknown. */
function isUpForAllWeKnow(phase: string): boolean {
  return phase === "talking" || phase === "unknown";
}
