/** What a simulated party hears and sees at its endpoint (lab only). */
import type { ConnectionMode } from "./connection-table.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Gateway } from "./gateway.ts";

/** Where its media arrives, and where it goes. */
export interface PartyMedia {
  readonly address: string;
  readonly remote: string | null;
}

export interface PartyView {
  readonly offHook: boolean;
  readonly calling: boolean;
  readonly dialTone: boolean;
  readonly ringing: boolean;
  readonly refusalTone: boolean;
  /** Trunks: the far end's answer, passed back by the call server. */
  readonly answerSignal: boolean;
  readonly connection: (PartyMedia & { readonly callId: string; readonly mode: ConnectionMode }) | null;
}

export function viewOf({ rtpHost }: Gateway, endpoint: Endpoint): PartyView {
  const has = (...kinds: string[]): boolean => endpoint.signals.some((signal) => kinds.includes(signal.kind));
  const row = endpoint.connections.find((one) => one.released === null) ?? null;
  return {
    offHook: endpoint.offHook,
    calling: endpoint.calling,
    dialTone: has("dial-tone"),
    ringing: has("ringing"),
    refusalTone: has("busy-tone", "reorder-tone"),
    answerSignal: has("answer"),
    connection:
      row === null
        ? null
        : { callId: row.callId, mode: row.mode, address: `${rtpHost}:${row.localPort}`, remote: row.remote?.address ?? null },
  };
}
