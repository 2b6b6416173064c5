/**
 * The boots and time of an authoritative engine elsewhere, as its own messages tell them (RFC 3414 2.3): how it is addressed, and what of it is too old
 * to be believed. Only what is signed teaches; who calls this has made sure.
 */
import type { Instant } from "../../core/time.ts";
import type { UserSecurity } from "./message.ts";

/** RFC 3414 3.2 7 b. */
const windowSeconds = 150;

type Told = Pick<UserSecurity, "engineId" | "engineBoots" | "engineTime">;

export class FarEngine {
  readonly id: Uint8Array;
  #boots: number;
  /** Its time was `time` at the instant `at`, seconds and ms. */
  #time: number;
  #at: Instant;

  constructor({ engineId, engineBoots, engineTime }: Told, now: Instant) {
    this.id = Uint8Array.from(engineId);
    this.#boots = engineBoots;
    this.#time = engineTime;
    this.#at = now;
  }

  is(engineId: Uint8Array): boolean {
    return this.id.length === engineId.length && this.id.every((octet, i) => octet === engineId[i]);
  }

  /** snmpEngineBoots. */
  get boots(): number {
    return this.#boots;
  }

  /** snmpEngineTime as it must be by now, whole seconds. */
  timeAt(now: Instant): number {
    return this.#time + Math.floor((now - this.#at) / 1000);
  }

  /** False: older than what it said before, so somebody kept it (RFC 3414 3.2 7 b 2). */
  isInTime({ engineBoots, engineTime }: Told, now: Instant): boolean {
    if (engineBoots !== this.#boots) return engineBoots > this.#boots;
    return engineTime >= this.#time + (now - this.#at) / 1000 - windowSeconds;
  }

  /** The latest that it said is what counts (RFC 3414 3.2 7 b 1). */
  learn({ engineBoots, engineTime }: Told, now: Instant): void {
    if (engineBoots < this.#boots || (engineBoots === this.#boots && engineTime <= this.#time)) return;
    this.#boots = engineBoots;
    this.#time = engineTime;
    this.#at = now;
  }
}
