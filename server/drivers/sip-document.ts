/** What a NOTIFY of the dialog package says, and what its subscriber answers. An empty body says that nothing was published; never that there are no calls. */
import type { DialogInfo } from "../protocols/sip/dialog-info.ts";
import { dialogInfoType } from "../protocols/sip/dialog-info.ts";
import { decodeDialogInfo } from "../protocols/sip/dialog-info-decode.ts";
import { headerOf, type SipRequest } from "../protocols/sip/message.ts";
import { parametrized } from "../protocols/sip/parameters.ts";
import type { SipReply } from "../protocols/sip/reply.ts";

export type NotifiedDocument =
  | { readonly kind: "document"; readonly info: DialogInfo }
  | { readonly kind: "empty" }
  | { readonly kind: "malformed"; readonly reason: string };

export function documentOfNotify(notify: SipRequest): NotifiedDocument {
  if (notify.body.trim() === "") return { kind: "empty" };
  const type = parametrized(headerOf(notify, "Content-Type") ?? "").value.toLowerCase();
  if (type !== dialogInfoType) return { kind: "malformed", reason: `a body of type ${type === "" ? "nobody knows" : type}` };
  const decoded = decodeDialogInfo(notify.body);
  return decoded.ok ? { kind: "document", info: decoded.info } : { kind: "malformed", reason: decoded.reason };
}

export function replyToDocument(document: NotifiedDocument): SipReply {
  if (document.kind !== "malformed") return { status: 200 };
  return document.reason.startsWith("a body of type") ? { status: 415, headers: [["Accept", dialogInfoType]] } : { status: 400 };
}
