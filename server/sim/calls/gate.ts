/** At most so many things under way at once; the rest waits in the order asked. */
export class Gate {
  readonly #most: number;
  /** Begun ones are taken out of their places at once: they hold all that was read so far. */
  readonly #waiting: ((() => void) | null)[] = [];
  #next = 0;
  #underWay = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** `leave` must be called when it is over. */
  enter(job: (leave: () => void) => void): void {
    if (this.#underWay >= this.#most) {
      this.#waiting.push(() => this.#begin(job));
      return;
    }
    this.#begin(job);
  }

  #begin(job: (leave: () => void) => void): void {
    this.#underWay += 1;
    job(() => {
      this.#underWay -= 1;
      const next = this.#waiting[this.#next];
      if (next === undefined || next === null) return;
      this.#waiting[this.#next] = null;
      this.#next += 1;
      if (this.#next > 1024 && this.#next * 2 > this.#waiting.length) {
        this.#waiting.splice(0, this.#next);
        this.#next = 0;
      }
      next();
    });
  }
}
