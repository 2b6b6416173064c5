/**
 * Delivers queued alerts to the webhook: one at a time, in order, each until the receiver has it.
 * A receiver that is down, slow, hanging or answers with an error is tried again, later and later; nothing here ever stops a node.
 */
import type { Alert } from "../core/notify/alert.ts";
import { fingerprintOf } from "../core/notify/alert.ts";
import { alertmanagerBody } from "../core/notify/alertmanager-body.ts";
import { isGivenUp, retryDelayMs } from "../core/notify/retry-delay.ts";
import type { AlertQueue, QueuedAlert } from "./alert-queue.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import { outcomeText, type RequestOutcome, sendSigned } from "./signed-request.ts";

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs: number;
  readonly consoleUrl: string;
  readonly queue: AlertQueue;
  readonly clock: Clock;
  readonly counters: Counters;
  /** Once when it begins to fail, with why; once when it works again. */
  readonly onTrouble: (why: string) => void;
  readonly onRecovered: (failures: number) => void;
  readonly onGivenUp: (alert: Alert, why: string) => void;
  /** Divides the delays; for tests. */
  readonly hurry?: number;
}

export class Webhook {
  readonly #options: WebhookOptions;
  readonly #abort = new AbortController();
  #busy = false;
  #failures = 0;
  /** Of the alert that is tried now. */
  #refusals = 0;
  #retry: NodeJS.Timeout | null = null;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Something may be waiting. While a delivery failed, the next try is not hurried by it. */
  wake(): void {
    if (this.#busy || this.#retry !== null || this.#abort.signal.aborted) return;
    const next = this.#options.queue.first();
    if (next === null) return;
    this.#busy = true;
    void this.#deliver(next).then((outcome) => {
      this.#busy = false;
      if (this.#abort.signal.aborted) return;
      this.#conclude(next, outcome);
      this.wake();
    });
  }

  close(): void {
    this.#abort.abort();
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #deliver({ alert }: QueuedAlert): Promise<RequestOutcome> {
    const { url, secret, timeoutMs, consoleUrl, queue, clock, counters } = this.#options;
    counters.add("notify.sent");
    return sendSigned({
      url,
      method: "POST",
      body: JSON.stringify(alertmanagerBody(alert, queue.dropped, consoleUrl)),
      secret,
      timeoutMs,
      unixSeconds: Math.floor(clock.now().wall / 1000),
      headers: { "tandem-delivery": `${fingerprintOf(alert.labels)}-${alert.startsAt}-${alert.status}` },
      signal: this.#abort.signal,
    });
  }

  #conclude({ sequence, alert }: QueuedAlert, outcome: RequestOutcome): void {
    const { queue, counters, timeoutMs } = this.#options;
    const status = outcome.kind === "answered" ? outcome.status : null;
    if (status !== null && status >= 200 && status < 300) {
      counters.add("notify.delivered");
      queue.finish(sequence, true);
      if (this.#failures > 0) this.#options.onRecovered(this.#failures);
      this.#failures = 0;
      this.#refusals = 0;
      return;
    }
    counters.add("notify.failed");
    const why = outcomeText(outcome, timeoutMs);
    this.#failures += 1;
    this.#refusals += 1;
    if (this.#failures === 1) this.#options.onTrouble(why);
    if (isGivenUp(status, this.#refusals)) {
      counters.add("notify.givenUp");
      this.#options.onGivenUp(alert, why);
      queue.finish(sequence, false);
      this.#refusals = 0;
    }
    this.#retry = setTimeout(
      () => {
        this.#retry = null;
        this.wake();
      },
      retryDelayMs(this.#failures, Math.random()) / (this.#options.hurry ?? 1),
    );
    this.#retry.unref();
  }
}
