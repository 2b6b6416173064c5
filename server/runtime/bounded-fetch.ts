/** HTTP with a deadline and a bound on the body, as the drivers ask other people's servers. Never rejects. */

export type BoundedFetch =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  | { readonly kind: "timed-out" }
  | { readonly kind: "too-large"; readonly octets: number }
  | { readonly kind: "unreachable"; readonly reason: string };

export interface BoundedFetchOptions {
  readonly deadlineMs: number;
  readonly maxOctets: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function postBounded(url: string, options: BoundedFetchOptions): Promise<BoundedFetch> {
  const { deadlineMs, maxOctets, body, headers = {} } = options;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
      // Where it redirects to, nobody configured.
      redirect: "error",
      signal: AbortSignal.timeout(deadlineMs),
    });
    const read = await readBounded(response, maxOctets);
    return read === null ? { kind: "too-large", octets: maxOctets } : { kind: "answered", status: response.status, body: read };
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return { kind: "timed-out" };
    return { kind: "unreachable", reason: reasonOf(error) };
  }
}

async function readBounded(response: Response, maxOctets: number): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let octets = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(pieces).toString("utf8");
    octets += value.length;
    if (octets > maxOctets) {
      await reader.cancel();
      return null;
    }
    pieces.push(value);
  }
}

/** What fetch throws hides the reason in its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } };
  if (typeof cause?.code === "string") return cause.code;
  return error instanceof Error ? error.message : "failed";
}
