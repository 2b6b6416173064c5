/**
 * A text put together at once. One that is put together in steps keeps its parts beside it until somebody looks at it, which
 * for the names and addresses of two million legs is more than the texts themselves.
 */
export function flatText(...parts: readonly (string | number)[]): string {
  return parts.join("");
}
