/** Sends one request of a takeover action: any status of 200 to 299 is success. */
import type { ActionRun } from "./exec-action.ts";
import { outcomeText, type SignedRequest, sendSigned } from "./signed-request.ts";

export function runRequest(options: Omit<SignedRequest, "signal">): ActionRun {
  const startedAt = performance.now();
  const abort = new AbortController();
  const done = sendSigned({ ...options, signal: abort.signal }).then((outcome) => {
    const answered = outcome.kind === "answered";
    const outcomes = { unreachable: "failed", "timed-out": "timed-out", stopped: "stopped" } as const;
    return {
      outcome: answered ? (outcome.status >= 200 && outcome.status < 300 ? "done" : "failed") : outcomes[outcome.kind],
      detail: outcomeText(outcome, options.timeoutMs),
      output: answered ? outcome.text : "",
      outputOctets: answered ? Buffer.byteLength(outcome.text) : 0,
      tookMs: Math.round(performance.now() - startedAt),
    } as const;
  });
  return { done, stop: () => abort.abort() };
}
