/** `tandem gateway poll NAME`: the exchange as it was, then what came of it; leaves with 1 where the audit was not complete. */
import type { PollTranscript } from "../core/status/gear-status.ts";
import { OperationError } from "../operations/operation-error.ts";
import { pollGatewayNow } from "../operations/poll-gateway-now.ts";
import { counted, lasted } from "../operations/words.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine } from "./output.ts";

export async function pollGateway(common: CommonOptions, name: string, options: { full: boolean; by?: string }): Promise<void> {
  await withContext(common, "if-there", async (context) => {
    const told = await pollGatewayNow(context, { name, server: options.by ?? null, mode: options.full ? "full" : "liveness" });
    if (common.json) printJson({ ...told, at: isoTime(told.at) });
    else printTranscript(told);
    if (!told.complete)
      throw new OperationError("unreachable", `The audit of ${name} was not complete: ${told.because ?? "no reason told"}.`);
  });
}

function printTranscript({ name, at, source, mode, rows, packets, rttMs, durationMs, exchange, leftOut }: PollTranscript): void {
  printLine(`${name}, ${mode} audit by ${source} at ${isoTime(at)}\n`);
  for (const { atMs, sent, text } of exchange) {
    const [first = "", ...rest] = text.trimEnd().split(/\r?\n/);
    printLine(`${atMs.toFixed(1).padStart(8)} ms ${sent ? ">" : "<"} ${first}`);
    for (const line of rest) printLine(`${" ".repeat(14)}${line}`);
  }
  if (leftOut > 0) printLine(`${" ".repeat(14)}and ${counted(leftOut, "line")} more`);
  const trip = rttMs === null ? "round trip unknown" : `round trip ${rttMs.toFixed(1)} ms`;
  printLine(`\n${rows === null ? "rows unknown" : counted(rows, "row")} in ${lasted(durationMs)}, ${counted(packets, "packet")}, ${trip}`);
}
