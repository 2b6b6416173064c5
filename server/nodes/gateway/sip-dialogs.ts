/**
 * A gateway's live connections as dialogs of RFC 4235, read from the table at the moment when they are told. What the RFC has no words for goes into
 * Tandem's own element. Each is written out by itself, so that a document holds as many as have room.
 */
import { countersOf, type GatewayConnection } from "../../core/gateway/connection-table.ts";
import { endpointName } from "../../core/gateway/endpoint-plan.ts";
import type { Gateway } from "../../core/gateway/gateway.ts";

import { ticksAt } from "../../core/gateway/row-key.ts";
import type { HostPort } from "../../core/site/site.ts";
import type { Instant } from "../../core/time.ts";
import { audioDescription, printSessionDescription } from "../../protocols/sdp/session-description.ts";
import { escapedUser, hostPortText } from "../../protocols/sip/address.ts";
import type { Dialog, DialogParty, DialogState } from "../../protocols/sip/dialog-info.ts";
import { encodeDialog } from "../../protocols/sip/dialog-info-encode.ts";
import { localDescription } from "./audit.ts";

/** What subscribers can ask about. */
export interface Resource {
  /** The request's URI, without port and parameters. */
  readonly entity: string;
  /** Null: the whole gateway. */
  readonly number: string | null;
}

/** Null: this gateway has neither that name nor that number. */
export function resourceOf(gateway: Gateway, user: string | null, host: string): Resource | null {
  const entity = `sip:${user === null ? "" : `${escapedUser(user)}@`}${hostPortText(host, null)}`;
  if (user === null || user.toLowerCase() === gateway.name.toLowerCase()) return { entity, number: null };
  const { firstNumber, count } = gateway;
  if (firstNumber === null || user.length !== firstNumber.length || !/^\d{1,15}$/.test(user)) return null;
  const index = BigInt(user) - BigInt(firstNumber);
  return index >= 0n && index < BigInt(count) ? { entity, number: user } : null;
}

export function rowsOf(gateway: Gateway, { number }: Resource): readonly GatewayConnection[] {
  return number === null ? gateway.table.rows : gateway.table.rows.filter((row) => row.localNumber === number);
}

/** Changes whenever the row should be told anew; counters and ages are no news. */
export function signatureOf(row: GatewayConnection): string {
  return `${row.changedAt} ${row.connectAt === null ? "" : "c"}`;
}

export interface DialogWriting {
  readonly gateway: Gateway;
  readonly address: HostPort;
  readonly now: Instant;
  /** RFC 4235 3.2: only where the subscriber asked for them. */
  readonly sessionDescriptions: boolean;
}

export function dialogXml(writing: DialogWriting, row: GatewayConnection): string {
  return encodeDialog(dialogOf(writing, row));
}

/** One that ended since it was told: no more than its name and that. */
export function terminatedXml(id: string, callId: string): string {
  return encodeDialog({ ...emptyDialog, id, callId, state: "terminated" });
}

const emptyDialog: Omit<Dialog, "id" | "callId" | "state"> = {
  localTag: null,
  remoteTag: null,
  direction: null,
  event: null,
  code: null,
  durationSeconds: null,
  local: null,
  remote: null,
  detail: null,
};

function dialogOf(writing: DialogWriting, row: GatewayConnection): Dialog {
  const { gateway, now, sessionDescriptions } = writing;
  const setupAgoMs = agoMs(gateway, row.setupTicks, now);
  return {
    ...emptyDialog,
    id: row.id,
    callId: row.callId,
    // RFC 2128 sees it from the gateway: a leg that is answered is one whose party calls.
    direction: row.origin === "originate" ? "recipient" : "initiator",
    state: stateOf(row),
    durationSeconds: Math.floor(setupAgoMs / 1000),
    local: partyOf(writing, row.localNumber, sessionDescriptions ? localDescription(gateway, row) : null),
    remote: partyOf(writing, row.peerNumber, sessionDescriptions ? remoteDescription(row) : null),
    detail: {
      endpoint: endpointName(gateway, row.endpointIndex),
      setupAgoMs,
      connectAgoMs: row.connectAt === null ? null : agoMs(gateway, row.connectTicks, now),
      origin: row.origin,
      carries: row.carries,
      codec: sessionDescriptions ? null : row.codec,
      qos: row.qos,
      dscp: null,
      media: countersOf(row, now),
    },
  };
}

/** By the uptime, which nobody can set. Its 32 bits may have begun anew meanwhile; and a stamp of this very tick may be one ahead. */
function agoMs(gateway: Gateway, ticks: number, now: Instant): number {
  return Math.max(0, (ticksAt(gateway.table.startedAt, now) - ticks) | 0) * 10;
}

function stateOf(row: GatewayConnection): DialogState {
  if (row.connectAt !== null) return "confirmed";
  return row.origin === "originate" ? "early" : "trying";
}

function partyOf({ address }: DialogWriting, number: string | null, description: string | null): DialogParty | null {
  if (number === null && description === null) return null;
  return {
    identity: number === null ? null : { uri: `sip:${escapedUser(number)}@${hostPortText(address.host, null)}`, displayName: null },
    target: null,
    sessionDescription: description === null ? null : { type: "application/sdp", text: description.trim() },
  };
}

function remoteDescription(row: GatewayConnection): string | null {
  if (row.remote === null) return null;
  return printSessionDescription(audioDescription("0", row.remote.host, row.remote.port, row.codec, row.ptimeMs));
}
