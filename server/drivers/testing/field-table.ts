/** The tables of docs/gateways.md: what each kind of gear can say, from the profiles themselves and from documents as gear really sends them. */
import { type GearField, type GearProfile, gearFields } from "../../core/gear/gear-profile.ts";
import { gearFieldWords } from "../../core/gear/gear-words.ts";
import { type MgcpCapability, mgcpProfile, unknownCapability } from "../../protocols/mgcp/capability.ts";
import type { Dialog } from "../../protocols/sip/dialog-info.ts";
import { decodeDialogInfo } from "../../protocols/sip/dialog-info-decode.ts";
import { recordedMessage } from "../../protocols/sip/testing/recorded.ts";
import { kamailioRpcProfile } from "../kamailio-rpc-audit.ts";
import { osmoProfile } from "../osmo-profile.ts";
import { sipProfile } from "../sip-profile.ts";
import { shippedProfiles } from "../snmp/shipped-profiles.ts";
import { gearProfileOf, planOf } from "../snmp/snmp-plan.ts";

export function fieldTables(): string {
  const parts: readonly (readonly [title: string, profiles: readonly GearProfile[]])[] = [
    ["SNMP", [...shippedProfiles()].sort((a, b) => b.detect.rank - a.detect.rank).map((one) => gearProfileOf(planOf(one), null))],
    ["MGCP", mgcpProfiles()],
    ["SIP, and JSON-RPC of a SIP server", [...sipProfiles(), kamailioRpcProfile(0)]],
  ];
  return parts.map(([title, profiles]) => `### ${title}\n\n${tableOf(profiles)}\n\n${notesOf(profiles)}`).join("\n\n");
}

function tableOf(profiles: readonly GearProfile[]): string {
  return markdownTable([
    ["field", ...profiles.map((one) => `\`${one.name}\``)],
    ...gearFields.map((field) => [gearFieldWords[field], ...profiles.map((one) => cellOf(one, field))]),
    ["its own restart", ...profiles.map(({ tellsBoot }) => (tellsBoot ? "yes" : cannot))],
    ["calls that ended", ...profiles.map(({ keepsHistory }) => (keepsHistory ? "a history" : cannot))],
  ]);
}

/** As the formatter writes it: each column as wide as its widest cell. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...others] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}

const cannot = "–";

function cellOf({ says }: GearProfile, field: GearField): string {
  return says[field]?.replaceAll("|", "\\|") ?? cannot;
}

function notesOf(profiles: readonly GearProfile[]): string {
  const ended = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1).replace(/\.?$/, ".");
  return profiles.map(({ name, title, notes }) => `- \`${name}\`: ${[title, ...notes].map(ended).join(" ")}`).join("\n");
}

/** As far as each kind goes once everything about it was found out. */
function mgcpProfiles(): readonly GearProfile[] {
  const byTheBook: MgcpCapability = { ...unknownCapability, auep: "full", aucx: true, wildcardAudit: true, statsOnDelete: true };
  return [
    mgcpProfile(byTheBook, true),
    mgcpProfile(byTheBook, false),
    osmoProfile(true),
    osmoProfile(false),
    mgcpProfile({ ...unknownCapability, auep: "full", aucx: false }, false),
    mgcpProfile({ ...unknownCapability, auep: "ping" }, false),
  ];
}

function sipProfiles(): readonly GearProfile[] {
  const seen = { connections: null, identity: null, standing: false };
  const [, body = ""] = recordedMessage("a NOTIFY of a call that is up").split("\r\n\r\n");
  const recorded = decodeDialogInfo(body);
  const kamailio = sipProfile(null, { ...seen, dialogs: recorded.ok ? recorded.info.dialogs : [] });
  return [
    sipProfile(null, { ...seen, dialogs: [tandemsDialog], connections: 1 }),
    sipProfile(null, { ...seen, dialogs: [everyElement] }),
    { ...kamailio, name: "sip-dialog of Kamailio", title: "Kamailio's presence server (presence_dialoginfo, pua_dialoginfo 5.6.3)" },
  ];
}

/** All that RFC 4235 has words for. */
const everyElement: Dialog = {
  id: "1",
  callId: "a@b",
  localTag: "1",
  remoteTag: "2",
  direction: "initiator",
  state: "confirmed",
  event: null,
  code: null,
  durationSeconds: 7,
  local: party("sip:alice@10.0.0.1"),
  remote: party("sip:bob@10.0.0.2"),
  detail: null,
};

/** As server/nodes/gateway/sip-dialogs.ts writes it. */
const tandemsDialog: Dialog = {
  ...everyElement,
  detail: {
    endpoint: "aaln/1@if-1",
    setupAgoMs: 7_000,
    connectAgoMs: 5_000,
    origin: "answer",
    carries: "speech",
    codec: null,
    qos: "bestEffort",
    dscp: null,
    media: {
      packetsSent: 1,
      octetsSent: 160,
      packetsReceived: 1,
      octetsReceived: 160,
      packetsLost: 0,
      jitterMs: 1,
      longestSilenceMs: 20,
      modelled: false,
    },
  },
};

function party(uri: string): Dialog["local"] {
  return { identity: { uri, displayName: null }, target: uri, sessionDescription: { type: "application/sdp", text: "v=0" } };
}
