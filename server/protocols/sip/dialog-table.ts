/**
 * What a subscriber knows of one entity's dialogs, kept coherent by the document's version (RFC 4235 4.3): a full state replaces everything; a
 * partial one changes what it names, but only if its version is the next one. After a gap nothing is right until the full state came, which the
 * subscriber asks for by a refresh. An older document is dropped.
 */
import type { Dialog, DialogInfo } from "./dialog-info.ts";

export type DocumentVerdict =
  | "taken"
  /** Ask for the full state. */
  | "gap"
  | "old";

export class DialogTable {
  #version: number | null = null;
  #coherent = false;
  #dialogs = new Map<string, Dialog>();
  #connections: number | null = null;

  /** False: before the first full state, or after a gap. */
  get coherent(): boolean {
    return this.#coherent;
  }

  get connections(): number | null {
    return this.#connections;
  }

  get dialogs(): Iterable<Dialog> {
    return this.#dialogs.values();
  }

  take(info: DialogInfo): DocumentVerdict {
    const version = this.#version;
    if (version !== null && info.version <= version) return "old";
    this.#version = info.version;
    if (info.state === "full") {
      this.#dialogs = new Map(info.dialogs.map((dialog) => [dialogKey(dialog), dialog]));
      this.#coherent = true;
      this.#connections = info.connections;
      return "taken";
    }
    if (!this.#coherent || version === null || info.version !== version + 1) {
      this.#coherent = false;
      return "gap";
    }
    this.#connections = info.connections ?? this.#connections;
    for (const dialog of info.dialogs) {
      // 4.1: a terminated dialog is told once more, then no longer.
      if (dialog.state === "terminated") this.#dialogs.delete(dialogKey(dialog));
      else this.#dialogs.set(dialogKey(dialog), dialog);
    }
    return "taken";
  }

  /** A new subscription begins its versions anew. */
  reset(): void {
    this.#version = null;
    this.#coherent = false;
    this.#connections = null;
    this.#dialogs = new Map();
  }
}

/** The id alone is unique by the RFC, but some servers number dialogs per call. Tags come and go, so they are no part of it. */
export function dialogKey({ id, callId }: Dialog): string {
  return `${id} ${callId ?? ""}`;
}
