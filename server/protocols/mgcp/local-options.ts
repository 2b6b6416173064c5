/** `L:` local connection options (RFC 3435 2.3.5, 3.2.2.10): codecs `a:`, packetization `p:`, type of service `t:`, reservation `r:`. */
import type { QosService } from "../../core/calls/connection.ts";
import { listOf } from "./text.ts";

export interface LocalOptions {
  /** `a:`, most preferred first. */
  readonly codecs: readonly string[];
  /** `p:`; of a range the lower end. */
  readonly ptimeMs: number | null;
  /** `t:` the DiffServ octet. */
  readonly tos: number | null;
  readonly qos: QosService | null;
  /** Every other option as written, for example `e:on`. */
  readonly others: readonly string[];
}

export const noLocalOptions: LocalOptions = { codecs: [], ptimeMs: null, tos: null, qos: null, others: [] };

/** A map, not an object: `r:__proto__` must not find what every object has. */
const reservations: ReadonlyMap<string, QosService> = new Map([
  ["g", "guaranteedDelay"],
  ["cl", "controlledLoad"],
  ["be", "bestEffort"],
]);
const reservationNames: Record<QosService, string> = { guaranteedDelay: "g", controlledLoad: "cl", bestEffort: "be" };

export function parseLocalOptions(text: string): LocalOptions | null {
  const parts = listOf(text);
  if (parts === null || parts.length > 32) return null;
  let options: LocalOptions = noLocalOptions;
  for (const part of parts) {
    const colon = part.indexOf(":");
    const value = part.slice(colon + 1).trim();
    switch (colon < 0 ? part : part.slice(0, colon).trim().toLowerCase()) {
      case "a": {
        const codecs = value.split(";").map((codec) => codec.trim());
        if (codecs.length > 16 || !codecs.every((codec) => /^[\x21-\x7e]{1,32}$/.test(codec))) return null;
        options = { ...options, codecs };
        break;
      }
      case "p": {
        const match = /^(\d{1,4})(-\d{1,4})?$/.exec(value);
        if (match === null) return null;
        options = { ...options, ptimeMs: Number(match[1]) };
        break;
      }
      case "t":
        if (!/^[0-9A-Fa-f]{1,2}$/.test(value)) return null;
        options = { ...options, tos: Number.parseInt(value, 16) };
        break;
      case "r": {
        const qos = reservations.get(value.toLowerCase());
        if (qos === undefined) return null;
        options = { ...options, qos };
        break;
      }
      default:
        if (part === "") return null;
        options = { ...options, others: [...options.others, part] };
    }
  }
  return options;
}

export function printLocalOptions(options: LocalOptions): string {
  const parts: string[] = [];
  if (options.ptimeMs !== null) parts.push(`p:${options.ptimeMs}`);
  if (options.codecs.length > 0) parts.push(`a:${options.codecs.join(";")}`);
  if (options.tos !== null) parts.push(`t:${options.tos.toString(16).toUpperCase().padStart(2, "0")}`);
  if (options.qos !== null) parts.push(`r:${reservationNames[options.qos]}`);
  return [...parts, ...options.others].join(", ");
}
