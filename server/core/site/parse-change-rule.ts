/** `now`, `manual` (or `never`), `at-zero-calls`, or a window of the day in UTC, as `02:00-04:30`. */
import type { ChangeRule } from "../control/change-rule.ts";
import type { FieldReader } from "./field-reader.ts";

const window = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/;

export function parseChangeRule(fields: FieldReader, field: string, words: readonly string[], or: ChangeRule): ChangeRule {
  if (!fields.has(field)) return or;
  const value = fields.raw(field);
  if (typeof value === "string" && words.includes(value)) {
    return { when: value === "never" ? "manual" : (value as "now" | "manual" | "at-zero-calls") };
  }
  const match = typeof value === "string" ? window.exec(value) : null;
  if (match !== null) {
    const [fromMinute, toMinute] = [minuteOf(match[1], match[2]), minuteOf(match[3], match[4])];
    if (fromMinute !== toMinute) return { when: "window", fromMinute, toMinute };
  }
  fields.refuse(
    field,
    `must be one of ${words.join(", ")}, or a window of the day in UTC such as 02:00-04:30, not ${JSON.stringify(value)}`,
  );
  return or;
}

function minuteOf(hours: string | undefined, minutes: string | undefined): number {
  return Number(hours) * 60 + Number(minutes);
}

export function changeRuleText(rule: ChangeRule): string {
  if (rule.when !== "window") return rule.when;
  const clock = (minute: number): string => `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
  return `${clock(rule.fromMinute)}-${clock(rule.toMinute)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
