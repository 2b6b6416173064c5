/** What osmo-mgw says of its connections, as it was measured (version 1.10): the same for every one of them, but for its VTY. */
import type { GearProfile } from "../core/gear/gear-profile.ts";

export function osmoProfile(hasVty: boolean): GearProfile {
  const probed = { localAddress: "MDCX: local description" };
  const listed = {
    callId: "VTY: CONN",
    remoteAddress: "VTY: CONN ip, rtp",
    carries: "VTY: Sub-Type",
    setup: "packets × packet time, else the audit that first had it",
    connect: "packets × packet time, once media went both ways",
    codec: "VTY: Sub-Type",
    counters: "VTY: Packets Sent, Packets Received",
  };
  return {
    name: hasVty ? "osmo-mgw" : "osmo-mgw-blind",
    title: "osmo-mgw",
    protocol: "mgcp",
    identity: null,
    says: { ...(hasVty ? listed : { codec: "MDCX: local description" }), ...probed, end: "the answer to DLCX" },
    tellsBoot: false,
    keepsHistory: false,
    notes: [
      "AUEP says only that the endpoint is there, AUCX is not answered",
      hasVty
        ? "its VTY lists the connections; an MDCX without content confirms them, and only the title holder asks so"
        : "without its VTY only connections that this server knows of can be asked for, by the title holder alone: others stay unseen",
      "a restart shows only as connections that are gone: AUEP is answered as before",
      "it releases every connection when it is sent RSIP: Tandem never does",
      "one response is kept for repeated ids, per endpoint",
    ],
  };
}
