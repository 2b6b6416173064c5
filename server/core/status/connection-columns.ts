/** Columns of `GET /connections`, in the order in which they are told: a call server makes them, the console reads and filters them. */
export const connectionColumnNames = [
  "callId",
  "gateway",
  "endpoint",
  "localNumber",
  "peerNumber",
  "origin",
  "phase",
  "continuity",
  "codec",
  "qos",
  "localAddress",
  "remoteAddress",
  "carries",
  "setupAt",
  "connectAt",
  "clockErrorMs",
  "packetsLost",
  "jitterMs",
  "modelled",
  "provenance",
  "confirmedAt",
  "stale",
] as const;

export type ConnectionColumnName = (typeof connectionColumnNames)[number];
