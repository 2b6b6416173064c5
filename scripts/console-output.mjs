/** What the set-up says: one line when a step starts, its time when it took long, and its own output only when it fails. */

const started = Date.now();

export function say(text) {
  process.stdout.write(`${text}\n`);
}

export function seconds(ms) {
  return ms < 10_000
    ? `${(ms / 1000).toFixed(1)} s`
    : ms < 120_000
      ? `${Math.round(ms / 1000)} s`
      : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function sinceStart() {
  return seconds(Date.now() - started);
}

/** A problem that the person at the terminal can put right; shown without a stack. */
export class Refusal extends Error {}
