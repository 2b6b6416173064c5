/** About how many octets a decoded value holds: its texts, its octets, eight for everything else. Stops counting at `most`. */

export function sizeOf(value: unknown, most: number): number {
  const waiting: unknown[] = [value];
  let size = 0;
  while (waiting.length > 0 && size <= most) {
    const one = waiting.pop();
    size += 8;
    if (typeof one === "string") size += one.length;
    else if (ArrayBuffer.isView(one)) size += one.byteLength;
    else if (Array.isArray(one)) for (const item of one) waiting.push(item);
    else if (one instanceof Map) for (const [key, item] of one) waiting.push(key, item);
    else if (one instanceof Set) for (const item of one) waiting.push(item);
    else if (typeof one === "object" && one !== null) for (const key in one) waiting.push((one as Record<string, unknown>)[key]);
  }
  return size;
}
