/** What gear that was asked by the dialog package has been seen to say, and by which element: found out from its documents, kept once seen. */
import type { GearField, GearProfile } from "../core/gear/gear-profile.ts";
import type { Dialog } from "../protocols/sip/dialog-info.ts";

export interface SeenDocument {
  readonly dialogs: readonly Dialog[];
  readonly connections: number | null;
  readonly identity: string | null;
  readonly standing: boolean;
}

const extension = "connection (Tandem's extension)";

/** How each field shows in a dialog. */
const elements: readonly (readonly [field: GearField, element: string, isIn: (dialog: Dialog) => boolean])[] = [
  ["callId", "dialog call-id", ({ callId }) => callId !== null],
  ["origin", "dialog direction", ({ direction }) => direction !== null],
  ["localNumber", "local/identity", ({ local }) => local?.identity != null],
  ["peerNumber", "remote/identity", ({ remote }) => remote?.identity != null],
  ["localAddress", "local/session-description", ({ local }) => local?.sessionDescription != null],
  ["remoteAddress", "remote/session-description", ({ remote }) => remote?.sessionDescription != null],
  ["setup", `${extension} setup-ago-ms`, ({ detail }) => detail?.setupAgoMs != null],
  ["setup", "duration", ({ durationSeconds }) => durationSeconds !== null],
  ["connect", `${extension} connect-ago-ms`, ({ detail }) => detail?.connectAgoMs != null],
  ["codec", "local/session-description", ({ local }) => local?.sessionDescription != null],
  ["codec", `${extension} codec`, ({ detail }) => detail?.codec != null],
  ["carries", `${extension} carries`, ({ detail }) => detail?.carries != null],
  ["qos", `${extension} qos`, ({ detail }) => detail?.qos != null],
  ["dscp", `${extension} dscp`, ({ detail }) => detail?.dscp != null],
  ["counters", `${extension} packets-sent …`, ({ detail }) => detail?.media != null],
  ["loss", `${extension} packets-lost`, ({ detail }) => detail?.media?.packetsLost != null],
  ["jitter", `${extension} jitter-ms`, ({ detail }) => detail?.media?.jitterMs != null],
];

export function sipProfile(known: GearProfile | null, seen: SeenDocument): GearProfile {
  const says: Partial<Record<GearField, string>> = { ...known?.says };
  for (const [field, element, isIn] of elements) if (says[field] === undefined && seen.dialogs.some(isIn)) says[field] = element;
  const ours = known?.name === "tandem-sip" || seen.connections !== null || seen.dialogs.some(({ detail }) => detail !== null);
  const how = seen.standing
    ? "a standing subscription; its kept state answers between refreshes"
    : "one-shot polls (SUBSCRIBE with Expires: 0)";
  const notes = [`asked by ${how}`];
  if (!ours) notes.push("instants are those of our own first sight, unless the gear tells a duration");
  return {
    name: ours ? "tandem-sip" : "sip-dialog",
    title: ours ? "Tandem gateway, dialog event package" : "SIP dialog event package (RFC 4235)",
    protocol: "sip",
    identity: seen.identity ?? known?.identity ?? null,
    says,
    tellsBoot: false,
    keepsHistory: false,
    notes,
  };
}
