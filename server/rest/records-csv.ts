/** `GET /api/records.csv`: the records of a query as CSV, streamed; a reader that goes away stops the export. */
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { RecordQuery } from "../operations/console-view.ts";
import type { OperationsContext } from "../operations/context.ts";
import { exportRecords } from "../operations/export-records.ts";
import { OperationError, type OperationErrorCode } from "../operations/operation-error.ts";

/** Epoch ms or ISO 8601. */
const instant = z
  .string()
  .max(40)
  .transform((text) => (/^\d{1,16}$/.test(text) ? Number(text) : Date.parse(text)))
  .refine((at) => Number.isFinite(at), "is no instant: write epoch ms or ISO 8601");

const recordParameters = z.strictObject({
  from: instant.optional(),
  to: instant.optional(),
  number: z.string().max(32).optional(),
  gateway: z.string().max(64).optional(),
  outcome: z.enum(["answered", "lost"]).optional(),
  origin: z.enum(["signalling", "adopted", "history", "observed"]).optional(),
});

export function recordQueryOf(parameters: URLSearchParams): RecordQuery {
  const given = Object.fromEntries([...parameters].filter(([, value]) => value !== ""));
  const read = recordParameters.safeParse(given);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new OperationError("invalid", `${issue?.path.join(".") || "query"}: ${issue?.message ?? "does not read"}`);
  }
  const { from = null, to = null, number = null, gateway = null, outcome = null, origin = null } = read.data;
  return { from, to, number, gateway, outcome, origin };
}

export async function sendRecordsCsv(context: OperationsContext, parameters: URLSearchParams, response: ServerResponse): Promise<void> {
  const rows = exportRecords(context, recordQueryOf(parameters));
  // The first row is read before the head is sent, so that an error still gets its own status.
  const head = await rows.next();
  response.writeHead(200, {
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": `attachment; filename="call-records-${new Date(context.now()).toISOString().replace(/[:.]/g, "-")}.csv"`,
    "cache-control": "no-store",
  });
  const all = async function* (): AsyncGenerator<string, void, undefined> {
    if (!head.done) yield head.value;
    yield* rows;
  };
  await pipeline(Readable.from(all()), response);
}

/** The one place where operations' coded errors become HTTP statuses. */
export const httpStatuses: Record<OperationErrorCode, number> = {
  "not-found": 404,
  invalid: 400,
  forbidden: 403,
  "no-lab": 409,
  "no-server": 409,
  "no-database": 503,
  "situation-changed": 409,
  blocked: 409,
  unreachable: 502,
  "timed-out": 504,
};
