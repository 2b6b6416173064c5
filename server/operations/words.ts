/** Small pieces of sentences, so that counts and times read the same everywhere. */

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${groupDigits(count)} ${count === 1 ? one : many}`;
}

/** 31204118 → "31 204 118", with thin spaces. */
export function groupDigits(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
}

/** How long something lasted: `0.84 s`, and `96 ms` where seconds would hide it; the console's `lasted` writes the same. */
export function lasted(ms: number): string {
  const whole = Math.round(ms);
  return whole < 100 ? `${whole} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}
