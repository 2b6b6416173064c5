/**
 * Pings a SIP element with OPTIONS, again and again. Any final answer shows that it is alive, refusals too; 503 says that it wants no calls, and no
 * answer is the local 408. The verdict has hysteresis (core/polling/reachability.ts).
 */
import {
  defaultReachability,
  pinged,
  type Reachability,
  type ReachabilityPolicy,
  unknownReachability,
} from "../core/polling/reachability.ts";
import type { Clock } from "../runtime/clock.ts";
import type { SipDestination, SipResult, SipSocket } from "../runtime/sip-exchange.ts";
import { askOptions } from "./sip-options.ts";

export interface OptionsPingOptions {
  readonly socket: SipSocket;
  readonly clock: Clock;
  readonly to: SipDestination;
  /** Request-URI, for example `sip:gw-1@10.0.0.5`. */
  readonly uri: string;
  readonly sourceName: string;
  readonly intervalMs: number;
  readonly policy?: ReachabilityPolicy;
  /** After each ping; `changed` where the state is another one than before. */
  onPing?(now: Reachability, changed: boolean): void;
}

export interface OptionsPing {
  readonly reachability: Reachability;
  close(): void;
}

export function startOptionsPing(options: OptionsPingOptions): OptionsPing {
  const { clock, intervalMs, policy = defaultReachability } = options;
  let reachability = unknownReachability(clock.now().mono);
  let closed = false;
  let underWay = false;

  async function ping(): Promise<void> {
    if (underWay) return;
    underWay = true;
    const result = await askOptions(options.socket, { ...options, deadlineMs: intervalMs });
    underWay = false;
    if (closed) return;
    const before = reachability.state;
    reachability = pinged(reachability, isAlive(result), clock.now().mono, policy);
    options.onPing?.(reachability, reachability.state !== before);
  }

  const timer = setInterval(() => void ping(), intervalMs);
  timer.unref();
  void ping();
  return {
    get reachability() {
      return reachability;
    },
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}

function isAlive(result: SipResult): boolean {
  return result.kind === "response" && result.response.status !== 503;
}
