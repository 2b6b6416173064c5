/** Which servers knew a call, as answered, when a gateway of it restarted: one of them owes a record of it, unless none lived on in control. */
import { legsOf } from "../../core/calls/live-call.ts";
import type { NodeName } from "../../core/identity.ts";
import type { SimServer } from "./sim-server.ts";

export class Witnesses {
  readonly #of = new Map<string, Set<SimServer>>();

  note(servers: Iterable<SimServer>, gateway: NodeName): void {
    for (const server of servers) {
      if (server.control.owned.size === 0) continue;
      for (const call of server.control.state.calls()) {
        if (call.stage !== "talking" || call.answer === null) continue;
        if (!legsOf(call).some(({ row }) => row.gateway === gateway)) continue;
        const known = this.#of.get(call.callId) ?? new Set();
        this.#of.set(call.callId, known.add(server));
      }
    }
  }

  /** It died, or let go of its last gateway. */
  forget(server: SimServer): void {
    for (const [callId, known] of this.#of) {
      known.delete(server);
      if (known.size === 0) this.#of.delete(callId);
    }
  }

  has(callId: string): boolean {
    return this.#of.has(callId);
  }
}
