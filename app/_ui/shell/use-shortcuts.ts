"use client";
/**
 * Keys of the whole console: `g` then a page's letter, `j` and `k` into the list, `u`, `?`, `.`, Ctrl-K. Single keys can be switched off (WCAG 2.1.4)
 * and never fire while somebody types. A page adds its own with `usePageKeys`.
 */
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { setZone, usePreferences } from "../preferences.ts";
import { pages } from "./pages.ts";

const chordMs = 1200;

/** True while keys belong to a field or a dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select") || target.closest("dialog[open]") !== null;
}

function isPlain(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
}

/** The row that Tab would reach: of a virtual list it may be out of sight, and then not there. */
const rowStops = ["#main tbody tr[tabindex='0']", "#main [data-row][tabindex='0']", "#main [data-row]"];

/** From a page on which nothing has the focus into its first list; a row that has it moves it itself, other controls keep their keys. */
function enterRows(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement) || !target.matches("html, body, #main")) return false;
  for (const selector of rowStops) {
    const row = document.querySelector<HTMLElement>(selector);
    if (row === null) continue;
    row.focus();
    return true;
  }
  return false;
}

export interface ShellKeys {
  readonly openPalette: () => void;
  readonly openHelp: () => void;
}

export function useShellShortcuts({ openPalette, openHelp }: ShellKeys): void {
  const router = useRouter();
  const { shortcuts, zone } = usePreferences();
  const chordAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
        return;
      }
      if (!shortcuts || !isPlain(event) || isTyping(event.target)) return;
      if (event.timeStamp - chordAt.current < chordMs) {
        chordAt.current = Number.NEGATIVE_INFINITY;
        const page = pages.find((entry) => entry.key === event.key);
        if (page === undefined) return;
        event.preventDefault();
        router.push(page.href);
        return;
      }
      if (event.key === "g") chordAt.current = event.timeStamp;
      else if (event.key === "?") openHelp();
      else if (event.key === ".") document.getElementById("cluster-actions")?.click();
      else if (event.key === "u") setZone(zone === "UTC" ? "local" : "UTC");
      else if (!((event.key === "j" || event.key === "k") && enterRows(event.target))) return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [router, shortcuts, zone, openPalette, openHelp]);
}

/** Single keys of one page, for example `{ " ": togglePause }`. Same manners as the shell's. */
export function usePageKeys(keys: Readonly<Record<string, () => void>>): void {
  const { shortcuts } = usePreferences();
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (!shortcuts) return;
    const onKey = (event: KeyboardEvent) => {
      if (!isPlain(event) || isTyping(event.target)) return;
      // Space and Enter on a control press that control.
      if (
        (event.key === " " || event.key === "Enter") &&
        event.target instanceof HTMLElement &&
        event.target.matches("button, a, summary, [role=slider]")
      )
        return;
      const run = latest.current[event.key];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [shortcuts]);
}
