/** Why an order was refused, every reason at once, and what mends it. */

/** The error's sentence and each detail that the server gave, for example all blockers at once. */
export function refusalsOf(error: unknown, blockers: readonly string[]): string[] {
  const said: string[] = [];
  if (error instanceof Error) said.push(error.message);
  const data = (error as { readonly data?: { readonly details?: readonly string[] } } | null)?.data;
  return [...new Set([...said, ...(data?.details ?? []), ...blockers])];
}

const fixes: Readonly<Record<string, string>> = {
  "situation-changed": "A new plan is made for what is true now; the reason stays.",
  blocked: "Mend what blocks it, or choose another action; then check again.",
  invalid: "Correct what is named here, then give the order again.",
  "not-found": "Choose one of the names that the site has.",
  forbidden: "Ask somebody with the role operator.",
  "no-server": "Start a call server, or mend the console\u2019s way to them; the Servers page shows what was heard last.",
  unreachable: "Choose another server, or mend the console\u2019s way to this one; then check again.",
  "timed-out": "It may still happen: look at the events and the audit log before you give it again.",
};

/** One sentence that says what to do next; the code is what the server sent with the refusal. */
export function fixOf(error: unknown): string {
  const data = (error as { readonly data?: { readonly operationCode?: string | null } } | null)?.data;
  return fixes[data?.operationCode ?? ""] ?? "Check again; the audit log has what was tried.";
}
