/**
 * What the primary's keepalives said about its calls lately. A standby's own picture is put together over the time of its audits,
 * so the two digests can only be compared while the primary's did not change; the number of calls can always be, within what it was.
 */
import type { Instant } from "../time.ts";

interface Entry {
  readonly digest: string;
  readonly since: Instant;
  readonly calls: number;
  fewest: number;
  most: number;
}

export type DigestComparison = "agrees" | "differs" | "not-comparable";

const entriesLimit = 600;
/** After a longer silence nobody can say what the primary carried in between. */
const gapLimitMs = 1_000;

export class PrimaryDigests {
  readonly #entries: Entry[] = [];
  #heardAt: Instant = Number.NEGATIVE_INFINITY;

  heard(at: Instant, digest: string, calls: number): void {
    if (at - this.#heardAt > gapLimitMs) this.clear();
    this.#heardAt = at;
    const last = this.#entries.at(-1);
    if (last?.digest === digest) {
      last.fewest = Math.min(last.fewest, calls);
      last.most = Math.max(last.most, calls);
      return;
    }
    this.#entries.push({ digest, since: at, calls, fewest: calls, most: calls });
    if (this.#entries.length > entriesLimit) this.#entries.shift();
  }

  /** After a change of primary. */
  clear(): void {
    this.#entries.length = 0;
  }

  /** `from`: when the oldest of the audits began from which `own` was made. */
  compare(own: string, from: Instant): DigestComparison {
    const last = this.#entries.at(-1);
    if (!last || last.since > from) return "not-comparable";
    return last.digest === own ? "agrees" : "differs";
  }

  /** The fewest and the most calls that the primary had since; null where it was not heard all that time. */
  callsSince(from: Instant): { readonly fewest: number; readonly most: number } | null {
    let fewest = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let at = this.#entries.length - 1; at >= 0; at -= 1) {
      const entry = this.#entries[at]!;
      fewest = Math.min(fewest, entry.fewest);
      most = Math.max(most, entry.most);
      if (entry.since <= from) return { fewest, most };
    }
    return null;
  }
}
