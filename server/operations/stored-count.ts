/** How many call records are stored; 0 without a database. */
import { storedRecords } from "../../db/call-records/search-records.ts";
import type { OperationsContext } from "./context.ts";

export async function storedCount({ database }: OperationsContext): Promise<number> {
  return database ? storedRecords(database) : 0;
}
