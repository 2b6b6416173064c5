/**
 * Object identifiers as text ("1.3.6.1"), the form that SNMP libraries take.
 * Order is numeric arc by arc, never textual: `…10` comes after `…9`.
 */

export type Oid = string;

/** What a varbind holds: numbers for integers, counters and ticks; octets for strings and addresses; text for OIDs. */
export type SnmpValue = number | Uint8Array | string;

/** Arcs as unsigned 32-bit numbers; null where the text is no OID. */
export function parseOid(text: string): number[] | null {
  if (text.length === 0 || text.length > 1024) return null;
  const arcs: number[] = [];
  for (const part of text.split(".")) {
    if (!/^\d{1,10}$/.test(part)) return null;
    const arc = Number(part);
    if (arc > 0xffffffff || arcs.length >= 128) return null;
    arcs.push(arc);
  }
  return arcs;
}

export function compareArcs(a: readonly number[], b: readonly number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** What follows `prefix` in `oid`, as arcs; null where `oid` does not lie strictly under `prefix`. */
export function suffixOf(prefix: Oid, oid: Oid): number[] | null {
  if (!oid.startsWith(`${prefix}.`)) return null;
  return parseOid(oid.slice(prefix.length + 1));
}
