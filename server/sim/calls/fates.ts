/** What the servers said of each call, and which calls the gateways held whenever they changed hands: the evidence for invariants 5 to 7. */
import type { CallEffect } from "../../core/calls/call-event.ts";
import { type Epoch, epochText, type NodeName } from "../../core/identity.ts";
import type { Instant } from "../../core/time.ts";
import type { SimGateway } from "./sim-gateway.ts";

export interface Fate {
  readonly at: Instant;
  readonly server: NodeName;
  readonly what: "adopted" | "given-up" | "recorded" | "released";
  readonly detail: string;
}

export interface Taken {
  readonly at: Instant;
  readonly server: NodeName;
  readonly gateway: NodeName;
  readonly callIds: readonly string[];
}

export class Fates {
  readonly takeovers: Taken[] = [];
  readonly #fates = new Map<string, Fate[]>();
  readonly #owners = new Map<NodeName, string>();

  /** Server and epoch that a gateway obeys from now on; a lease regained is no change. */
  taken(gateway: SimGateway, server: NodeName, epoch: Epoch, at: Instant): void {
    const owner = epochText(epoch);
    if (this.#owners.get(gateway.name) === owner) return;
    this.#owners.set(gateway.name, owner);
    const callIds = [...new Set(gateway.plant.gateway.table.rows.map((row) => row.callId))];
    this.takeovers.push({ at, server, gateway: gateway.name, callIds });
  }

  note(server: NodeName, effect: CallEffect, at: Instant): void {
    switch (effect.kind) {
      case "call-adopted":
        this.#add(effect.callId, { at, server, what: "adopted", detail: effect.phase });
        return;
      case "call-given-up":
        this.#add(effect.callId, { at, server, what: "given-up", detail: effect.reason });
        return;
      case "store-record":
        this.#add(effect.record.callId, { at, server, what: "recorded", detail: effect.record.origin });
        return;
      case "journal":
        if (effect.what === "ghost-deleted") this.#add(String(effect.data.callId), { at, server, what: "released", detail: effect.text });
        return;
      case "command":
      case "read-history":
      case "call-recovered":
        return;
    }
  }

  of(callId: string): readonly Fate[] {
    return this.#fates.get(callId) ?? [];
  }

  #add(callId: string, fate: Fate): void {
    const known = this.#fates.get(callId);
    if (known) known.push(fate);
    else this.#fates.set(callId, [fate]);
  }
}
