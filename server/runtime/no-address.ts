/** A name that nobody can resolve is told in one sentence, whichever protocol met it. */
const unresolved: readonly unknown[] = ["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "ENODATA"];

/** An error of a socket, or its code. */
export function isUnresolved(error: unknown): boolean {
  return unresolved.includes(typeof error === "string" ? error : (error as { readonly code?: unknown } | null)?.code);
}

export function noAddress(host: string): string {
  return `${host} has no address`;
}
