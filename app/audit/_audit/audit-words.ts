/** Rows of the audit log in words. Pure. */
import type { AuditEntry } from "../../../server/operations/console-view.ts";
import type { GlyphName } from "../../_ui/StatusGlyph.tsx";
import { isVerb, verbNames } from "../../orders/_sheet/verbs.ts";

/** A verb that this page does not know yet is shown as it was written. */
export function actionText(action: string): string {
  if (isVerb(action)) return verbNames[action];
  const lab = /^lab (.+)$/.exec(action);
  return lab === null ? action.charAt(0).toUpperCase() + action.slice(1) : `Lab, ${lab[1]}`;
}

export function outcomeWords({ outcome }: Pick<AuditEntry, "outcome">): {
  readonly glyph: GlyphName;
  readonly word: string;
  readonly more: string;
} {
  if (outcome === "done") return { glyph: "pass", word: "DONE", more: "" };
  const [word, ...rest] = outcome.split(": ");
  return { glyph: "failed", word: (word ?? outcome).toUpperCase(), more: rest.join(": ").replaceAll("-", " ") };
}

/** The detail begins with the ids of order and plan, which few people want to read first. */
export function detailParts(detail: string): { readonly said: string; readonly ids: string | null } {
  const match = /^(order \S+?, plan \S+?)(?:: (.*))?$/s.exec(detail);
  return match === null ? { said: detail, ids: null } : { said: match[2] ?? "", ids: match[1] ?? null };
}

export function auditSentence(entries: readonly AuditEntry[]): string {
  const newest = entries[0];
  if (newest === undefined) return "Nobody has ordered anything yet.";
  const refused = entries.filter((entry) => entry.outcome !== "done").length;
  const count = `${entries.length} ${entries.length === 1 ? "attempt" : "attempts"} listed`;
  return `${count}, ${refused === 0 ? "none refused" : `${refused} refused`}. The last: ${actionText(newest.action)}, ${newest.target}.`;
}
