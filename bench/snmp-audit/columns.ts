/** The twelve columns in three tables that every reader of the bench reads: a profile like Tandem's own, with fewer columns. */
import { shippedProfile } from "../../server/drivers/snmp/shipped-profiles.ts";
import { planOf } from "../../server/drivers/snmp/snmp-plan.ts";
import type { SnmpProfile } from "../../server/drivers/snmp/snmp-profile.ts";

const kept: Readonly<Record<string, readonly number[]>> = {
  callActiveTable: [9, 3, 7, 8, 10, 13, 15],
  cvVoIPCallActiveTable: [1, 18, 27, 28],
  cvCommonDcCallActiveTable: [3],
};

export function twelveColumns(): SnmpProfile {
  const { history: _, legs, beside, ...rest } = shippedProfile("tandem");
  const some = <Table extends { object: string; columns: readonly { column: number }[] }>(table: Table): Table => ({
    ...table,
    columns: table.columns.filter(({ column }) => kept[table.object]?.includes(column)),
  });
  return { ...rest, legs: some(legs), beside: beside.map(some) };
}

export interface WalkedColumn {
  readonly oid: string;
  readonly object: string;
  /** Whether its values are octets. */
  readonly isText: boolean;
}

const textObjects = ["callActivePeerAddress", "cvVoIPCallActiveConnectionId", "cvVoIPCallActiveRemMediaIPAddr"];

export function walkedColumns(): readonly WalkedColumn[] {
  return planOf(twelveColumns()).legs.columns.map(({ oid, object }) => ({ oid, object, isText: textObjects.includes(object) }));
}
