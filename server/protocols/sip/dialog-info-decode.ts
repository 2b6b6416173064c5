/**
 * application/dialog-info+xml → values (RFC 4235 4.1). State names count in any case, `display` counts as `display-name` (the RFC's own examples
 * write it), and an element without a namespace is taken for one of the package's. A dialog without id or state is refused with the whole document,
 * because a list that lacks one dialog would seem to say that it ended.
 */
import { childOf, type XmlElement } from "../xml/element.ts";
import { readXml } from "../xml/read.ts";
import { decodeConnectionDetail } from "./connection-detail.ts";
import {
  type Dialog,
  type DialogInfo,
  type DialogParty,
  type DialogState,
  dialogInfoNamespace,
  maxDialogs,
  tandemNamespace,
} from "./dialog-info.ts";

export type DialogInfoResult = { readonly ok: true; readonly info: DialogInfo } | { readonly ok: false; readonly reason: string };

export function decodeDialogInfo(text: string): DialogInfoResult {
  const xml = readXml(text);
  if (!xml.ok) return refused(`${xml.reason}, at ${xml.at}`);
  const { root } = xml;
  if (root.name !== "dialog-info" || !isOurs(root)) return refused(`the root is <${root.name}>, not <dialog-info>`);
  const version = wholeNumber(root.attributes.get("version"));
  const state = root.attributes.get("state")?.toLowerCase();
  if (version === null) return refused("no version");
  if (state !== "full" && state !== "partial") return refused("state is neither full nor partial");
  const dialogs: Dialog[] = [];
  for (const child of root.children) {
    if (child.name !== "dialog" || !isOurs(child)) continue;
    if (dialogs.length >= maxDialogs) return refused(`more than ${maxDialogs} dialogs`);
    const dialog = decodeDialog(child);
    if (dialog === null) return refused(`dialog ${dialogs.length + 1} has no id, or a state that is not known`);
    dialogs.push(dialog);
  }
  const table = childOf(root, tandemNamespace, "table");
  const connections = table === null ? null : wholeNumber(table.attributes.get("connections"));
  return { ok: true, info: { version, state, entity: root.attributes.get("entity") ?? "", dialogs, connections } };
}

function refused(reason: string): DialogInfoResult {
  return { ok: false, reason };
}

function isOurs({ namespace }: XmlElement): boolean {
  return namespace === dialogInfoNamespace || namespace === "";
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}

const states: ReadonlySet<string> = new Set<DialogState>(["trying", "proceeding", "early", "confirmed", "terminated"]);

function decodeDialog(element: XmlElement): Dialog | null {
  const { attributes } = element;
  const id = attributes.get("id");
  const state = ourChild(element, "state");
  const stateName = state?.text.trim().toLowerCase();
  if (id === undefined || id === "" || state === null || stateName === undefined || !states.has(stateName)) return null;
  const direction = attributes.get("direction")?.toLowerCase();
  const detail = childOf(element, tandemNamespace, "connection");
  return {
    id,
    callId: attributes.get("call-id") ?? null,
    localTag: attributes.get("local-tag") ?? null,
    remoteTag: attributes.get("remote-tag") ?? null,
    direction: direction === "initiator" || direction === "recipient" ? direction : null,
    state: stateName as DialogState,
    event: state.attributes.get("event")?.toLowerCase() ?? null,
    code: wholeNumber(state.attributes.get("code")),
    durationSeconds: wholeNumber(ourChild(element, "duration")?.text),
    local: decodeParty(ourChild(element, "local")),
    remote: decodeParty(ourChild(element, "remote")),
    detail: detail === null ? null : decodeConnectionDetail(detail),
  };
}

function ourChild(element: XmlElement, name: string): XmlElement | null {
  for (const child of element.children) if (child.name === name && isOurs(child)) return child;
  return null;
}

function decodeParty(element: XmlElement | null): DialogParty | null {
  if (element === null) return null;
  const identity = ourChild(element, "identity");
  const uri = identity?.text.trim() ?? "";
  const target = ourChild(element, "target")?.attributes.get("uri") ?? null;
  const description = ourChild(element, "session-description");
  const displayName = identity?.attributes.get("display-name") ?? identity?.attributes.get("display") ?? null;
  return {
    identity: uri === "" ? null : { uri, displayName },
    target: target === "" ? null : target,
    sessionDescription:
      description === null
        ? null
        : { type: description.attributes.get("type") ?? "", text: description.text.replace(/^[ \t]+/gm, "").trim() },
  };
}
