/** Words for people: what the fields of gear mean, and why audits fail. */
import type { AuditFailureKind } from "../polling/failure-kind.ts";
import type { GearField } from "./gear-profile.ts";

export const gearFieldWords: Readonly<Record<GearField, string>> = {
  callId: "call id",
  origin: "originator",
  localNumber: "own number",
  peerNumber: "other number",
  localAddress: "own address",
  remoteAddress: "other address",
  carries: "speech, fax or data",
  setup: "set-up instant",
  connect: "answer instant",
  codec: "codec",
  qos: "QoS",
  dscp: "DSCP",
  counters: "packets and octets",
  loss: "loss",
  jitter: "jitter",
  rtt: "round trip",
  mos: "MOS",
  end: "end instant",
  cause: "cause of the end",
};

export const failureWords: Readonly<Record<AuditFailureKind, string>> = {
  timeout: "It did not answer in time: it is down, unreachable or overloaded.",
  refused: "It answered that it will not or cannot, or its port is closed.",
  unauthorized: "It does not let this server ask: user, secret, community or level of security differ.",
  restarted: "It restarted during the audit, so what was read before belongs to another run.",
  loop: "It told the same rows again and again; the walk was ended.",
  lies: "It contradicts itself: its own count and its table differ, or it told a part for the whole.",
  malformed: "It answered what cannot be read.",
  clock: "This server's own clock was set meanwhile, so no instant could be placed.",
  other: "Anything else; the sentence beside it says what.",
};
