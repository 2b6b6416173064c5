"use client";
/** What a person chose on this browser: theme, time zone, single-key shortcuts. Kept in localStorage, shared by all components. */
import { useSyncExternalStore } from "react";
import type { Zone } from "./format.ts";

export type Theme = "system" | "dark" | "light";

interface Preferences {
  readonly theme: Theme;
  readonly zone: Zone;
  readonly shortcuts: boolean;
}

const initial: Preferences = { theme: "system", zone: "UTC", shortcuts: true };
const listeners = new Set<() => void>();
let current: Preferences | null = null;

function stored(key: string): string | null {
  try {
    return window.localStorage.getItem(`tandem.${key}`);
  } catch {
    return null; // storage may be forbidden; the choice then lasts as long as the page
  }
}

function read(): Preferences {
  const theme = stored("theme");
  return {
    theme: theme === "dark" || theme === "light" ? theme : "system",
    zone: stored("zone") === "local" ? "local" : "UTC",
    shortcuts: stored("shortcuts") !== "off",
  };
}

function get(): Preferences {
  current ??= read();
  return current;
}

function change(part: Partial<Preferences>, key: string, value: string): void {
  current = { ...get(), ...part };
  try {
    window.localStorage.setItem(`tandem.${key}`, value);
  } catch {
    // see stored()
  }
  for (const listener of listeners) listener();
}

export function setTheme(theme: Theme): void {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
  change({ theme }, "theme", theme);
}

export function setZone(zone: Zone): void {
  change({ zone }, "zone", zone);
}

export function setShortcuts(shortcuts: boolean): void {
  change({ shortcuts }, "shortcuts", shortcuts ? "on" : "off");
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, get, () => initial);
}

export function useZone(): Zone {
  return usePreferences().zone;
}
