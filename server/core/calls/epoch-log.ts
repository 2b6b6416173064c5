/** Which epochs controlled when: from it a record tells every epoch that controlled its call. */
import { compareEpochs, type Epoch, sameEpoch } from "../identity.ts";
import type { WallTime } from "../time.ts";

const entriesLimit = 1_000;

export class EpochLog {
  readonly #entries: { readonly epoch: Epoch; readonly from: WallTime }[] = [];

  /** Epochs only rise; an older or a known one is not news. */
  began(epoch: Epoch, at: WallTime): void {
    const last = this.#entries.at(-1);
    if (last && (sameEpoch(last.epoch, epoch) || compareEpochs(epoch, last.epoch) < 0)) return;
    this.#entries.push({ epoch, from: at });
    if (this.#entries.length > entriesLimit) this.#entries.shift();
  }

  /** Oldest first. */
  during(from: WallTime, to: WallTime): readonly Epoch[] {
    return this.#entries
      .filter((entry, index) => {
        const until = this.#entries[index + 1]?.from ?? Number.POSITIVE_INFINITY;
        return entry.from <= to && until > from;
      })
      .map((entry) => entry.epoch);
  }

  latest(): Epoch | null {
    return this.#entries.at(-1)?.epoch ?? null;
  }
}
