/** What the gateways themselves say about their calls, asked once a second: connections now, answered calls that ended. */
import type { OperatorClient } from "../../runtime/operator-client.ts";

interface Seen {
  connections: number;
  seenAt: number;
  truthSequence: number | null;
  ended: number;
}

/** A gateway that is silent for longer has lost its calls, or nobody can say. */
const countKeptMs = 10_000;

export class GatewayCounts {
  private readonly gateways: ReadonlyMap<string, OperatorClient>;
  private readonly seen = new Map<string, Seen>();
  private asking = false;

  constructor(gateways: ReadonlyMap<string, OperatorClient>) {
    this.gateways = gateways;
  }

  /** Each call has two legs, both at our gateways. */
  activeCalls(): number {
    const now = performance.now();
    let connections = 0;
    for (const one of this.seen.values()) if (now - one.seenAt < countKeptMs) connections += one.connections;
    return Math.floor(connections / 2);
  }

  endedCalls(): number {
    let ended = 0;
    for (const one of this.seen.values()) ended += one.ended;
    return ended;
  }

  /** One round at a time: a slow gateway makes the next round late, not more. */
  async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      await Promise.all([...this.gateways].map(([name, client]) => this.askOne(name, client)));
    } finally {
      this.asking = false;
    }
  }

  private async askOne(name: string, client: OperatorClient): Promise<void> {
    const status = await client.get<{ connections?: unknown }>("/status", { timeoutMs: 1000 });
    if (!status.ok) return;
    const before = this.seen.get(name) ?? { connections: 0, seenAt: 0, truthSequence: null, ended: 0 };
    this.seen.set(name, before);
    if (typeof status.value.connections === "number") before.connections = status.value.connections;
    before.seenAt = performance.now();
    const after = before.truthSequence ?? 0;
    const truth = await client.get<{ calls?: { side?: unknown }[]; last?: number }>(`/stations/truth?after=${after}`, { timeoutMs: 1000 });
    if (!truth.ok || typeof truth.value.last !== "number") return;
    // A gateway that restarted counts from the beginning again.
    if (before.truthSequence !== null && truth.value.last >= before.truthSequence) {
      before.ended += (truth.value.calls ?? []).filter((call) => call.side === "calling").length;
    }
    before.truthSequence = truth.value.last;
  }
}
