/**
 * Shrinks a failing list to a small one that still fails (delta debugging): remove ever smaller parts as long as what is left fails.
 * Removing one fault shifts no chance of the others, because every node and link has its own stream.
 */
const mostRuns = 300;

export function shrink<T>(all: readonly T[], fails: (kept: readonly T[]) => boolean): readonly T[] {
  let kept = all;
  let runs = 0;
  let part = Math.ceil(kept.length / 2);
  while (part >= 1 && kept.length > 0) {
    let removed = false;
    for (let from = 0; from < kept.length && runs < mostRuns; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + part)];
      runs += 1;
      if (fails(without)) {
        kept = without;
        removed = true;
      } else from += part;
    }
    if (runs >= mostRuns) break;
    if (!removed || part > kept.length) part = part === 1 ? 0 : Math.ceil(part / 2);
  }
  return kept;
}
