/** When a change that nobody is in a hurry for may happen: merging of fragments, failback (failover.md 6, 8). */
import type { WallTime } from "../time.ts";

export type ChangeRule =
  | { readonly when: "now" }
  /** Never by itself; a person may. */
  | { readonly when: "manual" }
  | { readonly when: "at-zero-calls" }
  /** Minutes of the day, UTC; a window may pass midnight. */
  | { readonly when: "window"; readonly fromMinute: number; readonly toMinute: number };

const dayMinutes = 1440;

/** @param idle no call would be touched; false where that is not known */
export function ruleOpen(rule: ChangeRule, idle: boolean, wall: WallTime): boolean {
  switch (rule.when) {
    case "now":
      return true;
    case "manual":
      return false;
    case "at-zero-calls":
      return idle;
    case "window": {
      const minute = Math.floor(wall / 60_000) % dayMinutes;
      const { fromMinute, toMinute } = rule;
      return fromMinute <= toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
    }
  }
}
