/** A profile made ready for reading: which columns lie under which index, which one is watched, and what each gives to the row. */

import type { LegKey } from "../../core/calls/connection.ts";
import { type GearField, type GearProfile, gearFields } from "../../core/gear/gear-profile.ts";
import type { Oid } from "../../protocols/snmp/oid.ts";
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
  /** Of the columns, those without which a row is not believed. */
  readonly required: readonly number[];
  /** Where the value of each field comes from, the first choice first. */
  readonly slots: ReadonlyMap<RowField, readonly Slot[]>;
}

export type Slot =
  | { readonly from: "index" | "column"; readonly number: number; readonly as: Decoding }
  | { readonly from: "beside"; readonly oid: Oid; readonly as: Decoding };

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

/** Ten thousand gateways of a kind share one. */
const plans = new WeakMap<SnmpProfile, SnmpPlan>();

export function planOf(profile: SnmpProfile): SnmpPlan {
  const plan = plans.get(profile) ?? planned(profile);
  plans.set(profile, plan);
  return plan;
}

function planned(profile: SnmpProfile): SnmpPlan {
  const { legs, beside, history } = profile;
  const same = beside.filter((table) => table.by === undefined);
  const others = beside.flatMap((table) => (table.by === undefined ? [] : { by: table.by, columns: columnsOf(table) }));
  const columns = [legs, ...same].flatMap(columnsOf);
  const ended = history && [history, ...history.beside].flatMap(columnsOf);
  const disconnect = ended?.find((column) => column.field === "disconnect");
  return {
    profile,
    legs: tableOf(legs.index, columns, others),
    liveness: columns.find((column) => column.object === legs.liveness)!,
    counters: columns.filter((column) => counterFields.includes(column.field)),
    history: history && ended && disconnect ? { ...tableOf(history.index, ended, []), disconnect, serial: history.serial } : null,
  };
}

function columnsOf({ entry, columns }: Table): PlannedColumn[] {
  return columns.map(({ column, ...rest }) => ({ ...rest, oid: `${entry}.${column}` }));
}

function tableOf(index: SnmpProfile["legs"]["index"], columns: readonly PlannedColumn[], beside: readonly BesidePlan[]): TablePlan {
  const slots = new Map<RowField, Slot[]>();
  const add = (field: RowField, slot: Slot): void => {
    const known = slots.get(field);
    if (known === undefined) slots.set(field, [slot]);
    else known.push(slot);
  };
  for (const [number, { field, as }] of index.entries()) add(field, { from: "index", number, as });
  for (const [number, { field, as }] of columns.entries()) add(field, { from: "column", number, as });
  for (const { oid, field, as } of beside.flatMap((table) => table.columns)) add(field, { from: "beside", oid, as });
  const required = [...columns.keys()].filter((number) => columns[number]!.required);
  return { columns, beside, required, slots };
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
    const { index: parts, stableIndex } = this.#plan.profile.legs;
    if (stableIndex) {
      const arcs = index.split(".").map(Number);
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
  keepOnly(rows: Iterable<Pick<LegKey, "index">>): void {
    if (this.#known.size === 0) return;
    const numbers = new Set<number>();
    for (const { index } of rows) numbers.add(index);
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
    tellsBoot: profile.agent !== "apart",
    keepsHistory: history !== null,
    notes: profile.notes,
  };
}
