/** Values → application/dialog-info+xml, with Tandem's own elements where they say something. Large tables are put together dialog by dialog. */
import { xmlAttribute, xmlText } from "../xml/write.ts";
import { encodeConnectionDetail } from "./connection-detail.ts";
import { type Dialog, type DialogInfo, type DialogParty, dialogInfoNamespace, tandemNamespace } from "./dialog-info.ts";

export function encodeDialogInfo(info: DialogInfo): string {
  return documentOf(info, info.dialogs.map(encodeDialog));
}

/** @param dialogs each as `encodeDialog` writes it */
export function documentOf(info: Omit<DialogInfo, "dialogs">, dialogs: readonly string[]): string {
  const { version, state, entity, connections } = info;
  const attributes = `${xmlAttribute("xmlns", dialogInfoNamespace)}${xmlAttribute("version", version)}${xmlAttribute("state", state)}`;
  const table =
    connections === null ? "" : `<table${xmlAttribute("xmlns", tandemNamespace)}${xmlAttribute("connections", connections)}/>\n`;
  return `<?xml version="1.0"?>\n<dialog-info${attributes}${xmlAttribute("entity", entity)}>\n${dialogs.join("")}${table}</dialog-info>\n`;
}

/** What a document has beside its dialogs, at most; for whoever must stay below a size. */
export const documentOctets = 400;

export function encodeDialog(dialog: Dialog): string {
  const attributes = [
    xmlAttribute("id", dialog.id),
    xmlAttribute("call-id", dialog.callId),
    xmlAttribute("local-tag", dialog.localTag),
    xmlAttribute("remote-tag", dialog.remoteTag),
    xmlAttribute("direction", dialog.direction),
  ].join("");
  const state = `<state${xmlAttribute("event", dialog.event)}${xmlAttribute("code", dialog.code)}>${dialog.state}</state>`;
  const duration = dialog.durationSeconds === null ? "" : `<duration>${Math.max(0, Math.floor(dialog.durationSeconds))}</duration>`;
  const parties = encodeParty("local", dialog.local) + encodeParty("remote", dialog.remote);
  const detail = dialog.detail === null ? "" : encodeConnectionDetail(dialog.detail);
  return `<dialog${attributes}>${state}${duration}${parties}${detail}</dialog>\n`;
}

function encodeParty(name: "local" | "remote", party: DialogParty | null): string {
  if (party === null) return "";
  const { identity, target, sessionDescription } = party;
  const who = identity === null ? "" : `<identity${xmlAttribute("display-name", identity.displayName)}>${xmlText(identity.uri)}</identity>`;
  const where = target === null ? "" : `<target${xmlAttribute("uri", target)}/>`;
  const session =
    sessionDescription === null
      ? ""
      : `<session-description${xmlAttribute("type", sessionDescription.type)}>${xmlText(sessionDescription.text)}</session-description>`;
  return `<${name}>${who}${where}${session}</${name}>`;
}
