/** A profile made ready for reading: which columns lie under which index, which one is watched, and what each gives to the row. */

import type { LegKey } from "../../core/calls/connection.ts";
import { type GearField, type GearProfile, gearFields } from "../../core/gear/gear-profile.ts";
import type { Oid, SnmpValue } from "../../protocols/snmp/oid.ts";
import type { RawField, RawRow } from "./profile-row.ts";
import { type Decoding, gearFieldOf, type RowField, type SnmpProfile } from "./snmp-profile.ts";

export interface PlannedColumn {
  readonly oid: Oid;
  readonly object: string;
  readonly field: RowField;
  readonly as: Decoding;
  readonly required: boolean;
}

/** Columns whose index is formed from the leg's: `by` as in the profile. */
export interface BesidePlan {
  readonly by: "join" | { readonly first: number };
  readonly columns: readonly PlannedColumn[];
}

export interface TablePlan {
  /** Under the row's own index, those of tables beside it included. */
  readonly columns: readonly PlannedColumn[];
  readonly beside: readonly BesidePlan[];
  readonly index: SnmpProfile["legs"]["index"];
}

export interface SnmpPlan {
  readonly profile: SnmpProfile;
  readonly legs: TablePlan;
  readonly liveness: PlannedColumn;
  readonly counters: readonly PlannedColumn[];
  readonly history: (TablePlan & { readonly disconnect: PlannedColumn; readonly serial: boolean }) | null;
}

type Table = Pick<SnmpProfile["legs"], "entry" | "columns">;

const counterFields: readonly RowField[] = [
  "packetsSent",
  "octetsSent",
  "packetsReceived",
  "octetsReceived",
  "packetsLost",
  "jitterMs",
  "rttMs",
];

export function planOf(profile: SnmpProfile): SnmpPlan {
  const { legs, beside, history } = profile;
  const same = beside.filter((table) => table.by === undefined);
  const others = beside.flatMap((table) => (table.by === undefined ? [] : { by: table.by, columns: columnsOf(table) }));
  const columns = [legs, ...same].flatMap(columnsOf);
  const ended = history && [history, ...history.beside].flatMap(columnsOf);
  const disconnect = ended?.find((column) => column.field === "disconnect");
  return {
    profile,
    legs: { columns, beside: others, index: legs.index },
    liveness: columns.find((column) => column.object === legs.liveness)!,
    counters: columns.filter((column) => counterFields.includes(column.field)),
    history:
      history && ended && disconnect ? { columns: ended, beside: [], index: history.index, disconnect, serial: history.serial } : null,
  };
}

function columnsOf({ entry, columns }: Table): PlannedColumn[] {
  return columns.map(({ column, ...rest }) => ({ ...rest, oid: `${entry}.${column}` }));
}

/** What was read of one row, by field. Of two columns for one field the first that says something counts. */
export function rawRow(plan: TablePlan, index: string, values: ReadonlyMap<Oid, SnmpValue>, beside: ReadonlyMap<Oid, SnmpValue>): RawRow {
  const row = new Map<RowField, RawField>();
  const arcs = index.split(".");
  for (const [i, { field, as }] of plan.index.entries()) {
    const arc = arcs[i];
    if (arc !== undefined) row.set(field, { value: Number(arc), as });
  }
  const keep = (columns: readonly PlannedColumn[], from: ReadonlyMap<Oid, SnmpValue>): void => {
    for (const { oid, field, as } of columns) {
      const value = from.get(oid);
      if (value === undefined) continue;
      const before = row.get(field);
      if (before === undefined || isEmpty(before.value)) row.set(field, { value, as });
    }
  };
  keep(plan.columns, values);
  for (const table of plan.beside) keep(table.columns, beside);
  return row;
}

function isEmpty(value: SnmpValue): boolean {
  return value instanceof Uint8Array && value.length === 0;
}

export function isWhole(plan: TablePlan, values: ReadonlyMap<Oid, SnmpValue> | undefined): boolean {
  return plan.columns.every((column) => !column.required || values?.has(column.oid) === true);
}

/** Numbers for the key of a leg: its index where that is two numbers or one that stands, else a number of our own for its name. */
export class LegNumbers {
  readonly #plan: SnmpPlan;
  #known = new Map<string, number>();
  #last = 0;

  constructor(plan: SnmpPlan) {
    this.#plan = plan;
  }

  keyOf(index: string, name: string | null): Pick<LegKey, "setupTicks" | "index"> {
    const { index: parts } = this.#plan.legs;
    const arcs = index.split(".").map(Number);
    if (this.#plan.profile.legs.stableIndex) {
      if (arcs.length === 2 && parts[0]?.field === "setup") return { setupTicks: arcs[0]!, index: arcs[1]! };
      if (arcs.length === 1) return { setupTicks: 0, index: arcs[0]! };
    }
    const text = name ?? index;
    const known = this.#known.get(text);
    if (known !== undefined) return { setupTicks: 0, index: known };
    this.#last += 1;
    this.#known.set(text, this.#last);
    return { setupTicks: 0, index: this.#last };
  }

  /** Names that are not used any more need no number. */
  keepOnly(numbers: ReadonlySet<number>): void {
    for (const [text, number] of this.#known) if (!numbers.has(number)) this.#known.delete(text);
  }
}

export function gearProfileOf({ profile, history }: SnmpPlan, identity: string | null): GearProfile {
  const says: Partial<Record<GearField, string>> = {};
  const told = [
    ...profile.legs.index,
    ...profile.legs.columns,
    ...profile.beside.flatMap((table) => table.columns),
    ...(history?.columns ?? []),
  ];
  for (const field of gearFields) {
    const objects = [...new Set(told.filter((one) => gearFieldOf[one.field] === field).map((one) => one.object))];
    if (objects.length > 0) says[field] = objects.slice(0, 3).join(", ");
  }
  return {
    name: profile.name,
    title: profile.title,
    protocol: "snmp",
    identity,
    says,
    tellsBoot: true,
    keepsHistory: history !== null,
    notes: profile.notes,
  };
}
