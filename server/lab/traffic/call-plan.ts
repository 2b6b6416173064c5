/**
 * The next call of the demo's subscribers: who calls whom, how long they talk, who hangs up first.
 * Busy lines are avoided, so that nearly every attempt can succeed; when lines run short, trunks call trunks.
 */
import type { GatewaySpec, Site } from "../../core/site/site.ts";
import type { SeededRandom } from "./seeded-random.ts";

export interface PlannedCall {
  readonly gateway: string;
  readonly endpointIndex: number;
  readonly digits: string;
  /** Only where the calling endpoint is a trunk channel. */
  readonly callingNumber: string | null;
  readonly answerAfterMs: number;
  readonly holdMs: number;
  readonly releasedBy: "calling" | "called";
  /** Endpoints that it occupies, as far as the plan decides them. */
  readonly occupies: readonly string[];
}

const holdSigma = 0.8;
const shortestHoldMs = 4000;
const longestHoldMs = 3_600_000;
/** So that a line is nearly always free for whoever wants to try by hand. */
const mostLinesBusy = 0.7;

interface Endpoint {
  readonly key: string;
  readonly gateway: GatewaySpec;
  readonly index: number;
}

export class CallPlan {
  private readonly random: SeededRandom;
  private readonly meanHoldMs: number;
  private readonly lines: readonly Endpoint[];
  private readonly channels: readonly Endpoint[];
  private readonly routePrefixes: readonly string[];
  private readonly busy = new Set<string>();

  constructor(site: Site, random: SeededRandom, meanHoldMs: number) {
    this.random = random;
    this.meanHoldMs = meanHoldMs;
    const endpoints = site.gateways.flatMap((gateway) =>
      Array.from({ length: gateway.endpoints.count }, (_, at): Endpoint => ({ key: `${gateway.name}/${at + 1}`, gateway, index: at + 1 })),
    );
    this.lines = endpoints.filter((one) => one.gateway.firstNumber !== null);
    // Servers take outgoing channels from the low end; incoming calls come in at the high end, so that they seldom meet.
    this.channels = endpoints.filter((one) => one.gateway.kind === "trunk" && one.index > one.gateway.endpoints.count / 2);
    this.routePrefixes = site.routes.map((route) => route.prefix);
  }

  /** Null where no endpoint is free to call from. Its endpoints count as busy until `free`. */
  next(): PlannedCall | null {
    const { random } = this;
    const linesLeft = this.lines.filter((one) => this.busy.has(one.key)).length < this.lines.length * mostLinesBusy;
    const fromLine = linesLeft && random.next() < 0.4;
    const toLine = linesLeft && random.next() < 0.4;
    const from = this.idle(fromLine ? this.lines : this.channels, null);
    if (from === null) return null;
    const to = toLine ? this.idle(this.lines, from) : null;
    if (to === null && this.routePrefixes.length === 0) return null;
    const digits = to === null ? this.outsideNumber() : numberOf(to);
    const occupies = to === null ? [from.key] : [from.key, to.key];
    for (const key of occupies) this.busy.add(key);
    return {
      gateway: from.gateway.name,
      endpointIndex: from.index,
      digits,
      callingNumber: from.gateway.kind === "trunk" ? `030${5_000_000 + random.below(1_000_000)}` : null,
      answerAfterMs: 400 + random.below(800),
      holdMs: Math.round(Math.min(longestHoldMs, Math.max(shortestHoldMs, random.logNormal(this.meanHoldMs, holdSigma)))),
      releasedBy: random.next() < 0.5 ? "calling" : "called",
      occupies,
    };
  }

  free(occupies: readonly string[]): void {
    for (const key of occupies) this.busy.delete(key);
  }

  private idle(endpoints: readonly Endpoint[], not: Endpoint | null): Endpoint | null {
    if (endpoints.length === 0) return null;
    const from = this.random.below(endpoints.length);
    for (let step = 0; step < endpoints.length; step += 1) {
      const one = endpoints[(from + step) % endpoints.length] as Endpoint;
      if (one !== not && !this.busy.has(one.key)) return one;
    }
    return null;
  }

  private outsideNumber(): string {
    const prefix = this.routePrefixes[this.random.below(this.routePrefixes.length)] as string;
    return `${prefix}30${1_000_000 + this.random.below(9_000_000)}`;
  }
}

/** Leading zeros are part of a number. */
function numberOf({ gateway, index }: Endpoint): string {
  const first = gateway.firstNumber ?? "";
  return String(Number(first) + index - 1).padStart(first.length, "0");
}
