/**
 * The calls of a run, from three sides: what the parties at the gateways saw (the truth), the records that the servers wrote, and where
 * each call's legs were. Collected all the time, because a gateway that is killed forgets its truth and a wiped server its records.
 */
import { betterRecord, type CallRecord, type OutboxEntry } from "../core/calls/call-record.ts";
import type { NodeName } from "../core/identity.ts";
import type { WallTime } from "../core/time.ts";
import type { PlayedSite } from "./played-site.ts";

export interface SeenCall {
  readonly callId: string;
  readonly side: "calling" | "called";
  readonly endpoint: string;
  readonly answeredAt: WallTime;
  readonly endedAt: WallTime;
  readonly releasedBy: "calling" | "called";
  /** Where its media arrived, and where it sent its own. */
  readonly address: string | null;
  readonly remote: string | null;
}

interface Connections {
  readonly callId: readonly string[];
  readonly gateway: readonly NodeName[];
  readonly phase: readonly string[];
}

const collectMs = 500;
const enough = 1000;

export class CallBooks {
  /** The better one where two servers wrote of the same call. */
  readonly records = new Map<string, CallRecord>();
  readonly truth = new Map<string, SeenCall[]>();
  /** Gateways where a call had a leg, as far as anybody told. */
  readonly legs = new Map<string, Set<NodeName>>();
  private readonly site: PlayedSite;
  private readonly truthAfter = new Map<NodeName, number>();
  private timer: NodeJS.Timeout | null = null;
  private collecting: Promise<void> | null = null;

  constructor(site: PlayedSite) {
    this.site = site;
  }

  start(): void {
    this.timer = setInterval(() => void this.collect(), collectMs);
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** One round at a time; whoever asks meanwhile waits for the one under way. */
  collect(): Promise<void> {
    this.collecting ??= this.collectAll().finally(() => {
      this.collecting = null;
    });
    return this.collecting;
  }

  /** Calls that are talked over, as this server knows them. */
  async talking(server: NodeName): Promise<string[] | null> {
    const reply = await this.connectionsAt(server);
    if (reply === null) return null;
    return [...new Set(reply.callId.filter((callId, index) => callId !== "" && reply.phase[index] === "talking"))];
  }

  async everyCall(server: NodeName): Promise<string[]> {
    const reply = await this.connectionsAt(server);
    return [...new Set((reply?.callId ?? []).filter((callId) => callId !== ""))];
  }

  /** A gateway that starts again counts its truth from the beginning. */
  gatewayRestarts(gateway: NodeName): void {
    this.truthAfter.delete(gateway);
  }

  private async collectAll(): Promise<void> {
    const servers = this.site.names("call-server");
    const running = (name: NodeName): boolean => this.site.state(name) === "running";
    await Promise.all([
      ...servers.filter(running).map(async (server) => {
        await this.connectionsAt(server);
        await this.collectRecords(server);
      }),
      ...this.site
        .names("gateway")
        .filter(running)
        .map((gateway) => this.collectTruth(gateway)),
    ]);
  }

  private async connectionsAt(server: NodeName): Promise<Connections | null> {
    if (this.site.state(server) !== "running") return null;
    const reply = await this.site.client(server).get<Connections>("/connections");
    if (!reply.ok) return null;
    for (const [index, callId] of reply.value.callId.entries()) this.noteLeg(callId, reply.value.gateway[index]);
    return reply.value;
  }

  /** As the console does: stored here first, acknowledged then. */
  private async collectRecords(server: NodeName): Promise<void> {
    const client = this.site.client(server);
    const reply = await client.get<{ entries: OutboxEntry[] }>(`/records?after=0&limit=${enough}`);
    const last = reply.ok ? reply.value.entries.at(-1) : undefined;
    if (!reply.ok || last === undefined) return;
    for (const { record } of reply.value.entries) {
      const before = this.records.get(record.callId);
      this.records.set(record.callId, before === undefined ? record : betterRecord(before, record));
    }
    await client.post("/records/ack", { through: last.sequence });
  }

  private async collectTruth(gateway: NodeName): Promise<void> {
    const after = this.truthAfter.get(gateway) ?? 0;
    const reply = await this.site.client(gateway).get<{ calls: SeenCall[]; last: number }>(`/stations/truth?after=${after}`);
    if (!reply.ok) return;
    this.truthAfter.set(gateway, reply.value.last);
    for (const call of reply.value.calls) {
      this.truth.set(call.callId, [...(this.truth.get(call.callId) ?? []), call]);
      this.noteLeg(call.callId, gateway);
    }
  }

  private noteLeg(callId: string, gateway: NodeName | undefined): void {
    if (callId === "" || gateway === undefined) return;
    const known = this.legs.get(callId) ?? new Set();
    known.add(gateway);
    this.legs.set(callId, known);
  }
}
