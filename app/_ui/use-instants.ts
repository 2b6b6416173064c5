"use client";
/** Sentences of the servers name instants in ISO; here they are written like every other time on the page, in the chosen zone. */
import { useNow } from "../_trpc/use-live.ts";
import { formatWhen, type Zone, zoneName } from "./format.ts";
import { useZone } from "./preferences.ts";

const iso = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

export function withInstants(text: string, now: number, zone: Zone): string {
  return text.replace(iso, (instant) => {
    const at = Date.parse(instant);
    return Number.isFinite(at) ? `${formatWhen(at, now, zone).replace("today ", "")} ${zoneName(at, zone)}` : instant;
  });
}

export function useInstants(): (text: string) => string {
  const now = useNow();
  const zone = useZone();
  return (text) => withInstants(text, now, zone);
}
