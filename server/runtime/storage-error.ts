/** The disk misbehaves. Who gets this must not go on as if the thing were stored: no promise, no claim, no acknowledgement. */

export class StorageError extends Error {
  readonly code: string;
  readonly path: string;

  constructor(doing: string, path: string, cause: unknown) {
    const code = (cause as { code?: unknown } | null)?.code;
    super(`storage: cannot ${doing} ${path}: ${typeof code === "string" ? code : String(cause)}`, { cause });
    this.name = "StorageError";
    this.code = typeof code === "string" ? code : "unknown";
    this.path = path;
  }
}
