/**
 * The dialog event package (RFC 4235) as values: what a user agent, or a server on its behalf, says about the calls that it has.
 * Null: not said. Kamailio, FreeSWITCH and others leave out more than the RFC allows, so nothing but the id is counted on.
 */
import type { Carries, LegOrigin, QosService } from "../../core/calls/connection.ts";

export const dialogPackage = "dialog";
export const dialogInfoType = "application/dialog-info+xml";
export const dialogInfoNamespace = "urn:ietf:params:xml:ns:dialog-info";
/** What Tandem's own notifiers add inside `<dialog>` and `<dialog-info>`, where RFC 4235 4.1 lets other namespaces in. */
export const tandemNamespace = "urn:tandem:connection:1";

export type DialogState = "trying" | "proceeding" | "early" | "confirmed" | "terminated";

export interface DialogParty {
  readonly identity: { readonly uri: string; readonly displayName: string | null } | null;
  readonly target: string | null;
  readonly sessionDescription: { readonly type: string; readonly text: string } | null;
}

/** Tandem's `<connection>`: what RFC 4235 has no words for. Ages were true when the document was written. */
export interface ConnectionDetail {
  readonly endpoint: string | null;
  readonly setupAgoMs: number | null;
  /** Null: not connected. */
  readonly connectAgoMs: number | null;
  readonly origin: LegOrigin | null;
  readonly carries: Carries | null;
  /** Where there is no session description to read it from. */
  readonly codec: string | null;
  readonly qos: QosService | null;
  readonly dscp: number | null;
  readonly media: ConnectionMedia | null;
}

export interface ConnectionMedia {
  readonly packetsSent: number | null;
  readonly octetsSent: number | null;
  readonly packetsReceived: number | null;
  readonly octetsReceived: number | null;
  readonly packetsLost: number | null;
  readonly jitterMs: number | null;
  readonly longestSilenceMs: number | null;
  readonly modelled: boolean;
}

export interface Dialog {
  /** Unique among the dialogs of one document's entity. */
  readonly id: string;
  readonly callId: string | null;
  readonly localTag: string | null;
  readonly remoteTag: string | null;
  /** initiator: the observed party called. */
  readonly direction: "initiator" | "recipient" | null;
  readonly state: DialogState;
  /** Why it went over to this state, and the response that did it. */
  readonly event: string | null;
  readonly code: number | null;
  /** Since the dialog's machine was created, ringing included. */
  readonly durationSeconds: number | null;
  readonly local: DialogParty | null;
  readonly remote: DialogParty | null;
  readonly detail: ConnectionDetail | null;
}

export interface DialogInfo {
  readonly version: number;
  readonly state: "full" | "partial";
  readonly entity: string;
  readonly dialogs: readonly Dialog[];
  /** How many connections there are, as Tandem's own notifiers say; more than `dialogs` where the document had to be cut. */
  readonly connections: number | null;
}

export const maxDialogs = 20_000;
