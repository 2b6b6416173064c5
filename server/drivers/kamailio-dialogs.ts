/**
 * Kamailio's `dlg.list` as connection rows: each call of the proxy is two legs, its caller's and its callee's. Instants are whole seconds of the
 * proxy's own wall clock. Whatever is not as expected is left out by name, never guessed.
 */
import type { Connection } from "../core/calls/connection.ts";
import type { NodeName } from "../core/identity.ts";
import type { Now } from "../core/time.ts";
import { userOfUri } from "../protocols/sip/address.ts";

/** What of a dialog matters here. */
export interface KamailioDialog {
  readonly callId: string;
  /** 1 unconfirmed, 2 early, 3 answered but not acknowledged yet, 4 confirmed, 5 ended. */
  readonly state: number;
  /** Seconds of the epoch; 0 = not yet. */
  readonly createdAt: number;
  readonly startedAt: number;
  /** Since it was answered. */
  readonly durationSeconds: number;
  readonly fromUri: string;
  readonly toUri: string;
  readonly caller: KamailioParty;
  readonly callee: KamailioParty;
}

interface KamailioParty {
  readonly tag: string;
  readonly contact: string;
}

export const maxKamailioDialogs = 50_000;

/** Null: it is no list of dialogs. `unread`: elements that are none. */
export function readDialogList(result: unknown): { readonly dialogs: readonly KamailioDialog[]; readonly unread: number } | null {
  // With one dialog only, some versions tell it without a list around it.
  const list = Array.isArray(result) ? (result as unknown[]) : isMapping(result) && "call-id" in result ? [result] : null;
  if (list === null || list.length > maxKamailioDialogs) return null;
  const dialogs = list.map(readDialog);
  const read = dialogs.filter((one) => one !== null);
  return { dialogs: read, unread: dialogs.length - read.length };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readDialog(value: unknown): KamailioDialog | null {
  if (!isMapping(value)) return null;
  const { state, init_ts: createdAt, start_ts: startedAt, duration, from_uri: fromUri, to_uri: toUri } = value;
  const callId = value["call-id"];
  const numbers = [state, createdAt, startedAt, duration].map((one) =>
    typeof one === "number" && one >= 0 && one <= mostSeconds ? one : null,
  );
  const [stateNumber, created, started, seconds] = numbers;
  if (typeof callId !== "string" || typeof fromUri !== "string" || typeof toUri !== "string") return null;
  if (stateNumber == null || created == null || started == null) return null;
  const parties = { caller: readParty(value.caller), callee: readParty(value.callee) };
  return { callId, state: stateNumber, createdAt: created, startedAt: started, durationSeconds: seconds ?? 0, fromUri, toUri, ...parties };
}

/** Of the epoch, as in 32 bits; JSON has no bound. */
const mostSeconds = 0xffffffff;

function readParty(value: unknown): KamailioParty {
  const { tag, contact } = isMapping(value) ? value : {};
  return { tag: typeof tag === "string" ? tag : "", contact: typeof contact === "string" ? contact : "" };
}

const ended = 5;
const answered = 3;
/** A second counts as begun: what happened lies up to one second after its stamp. */
const granularityMs = 1_000;
/** Clocks that differ by less are taken for set alike. */
const clockSlackMs = 2_000;

/** How far the proxy's clock is ahead of ours, by its longest calls' own reckoning; 0 where they are alike, or nothing tells. */
export function clockOffsetMs(dialogs: readonly KamailioDialog[], now: Now): number {
  const live = dialogs.filter(({ state, startedAt }) => state >= answered && state < ended && startedAt > 0);
  if (live.length === 0) return 0;
  const offsets = live.map(({ startedAt, durationSeconds }) => (startedAt + durationSeconds) * 1000 + granularityMs / 2 - now.wall);
  const middle = offsets.sort((a, b) => a - b)[offsets.length >> 1] as number;
  return Math.abs(middle) <= clockSlackMs ? 0 : middle;
}

export interface KamailioMoment {
  readonly now: Now;
  readonly rttMs: number;
  readonly offsetMs: number;
}

/** @param indexOf a number of its own for each leg, the same while it lives */
export function rowsOfDialog(
  gateway: NodeName,
  dialog: KamailioDialog,
  moment: KamailioMoment,
  indexOf: (leg: string) => number,
): Connection[] {
  if (dialog.state >= ended) return [];
  const caller = rowOf(gateway, dialog, moment, "caller", indexOf);
  // A callee that has not answered at all is nobody yet.
  return dialog.callee.tag === "" ? [caller] : [caller, rowOf(gateway, dialog, moment, "callee", indexOf)];
}

function rowOf(
  gateway: NodeName,
  dialog: KamailioDialog,
  { now, rttMs, offsetMs }: KamailioMoment,
  side: "caller" | "callee",
  indexOf: (leg: string) => number,
): Connection {
  const [own, other] = side === "caller" ? [dialog.fromUri, dialog.toUri] : [dialog.toUri, dialog.fromUri];
  const party = dialog[side];
  const wallOf = (seconds: number): number | null => (seconds === 0 ? null : Math.round(seconds * 1000 + granularityMs / 2 - offsetMs));
  const setupAt = wallOf(dialog.createdAt);
  const connectAt = dialog.state >= answered ? wallOf(dialog.startedAt) : null;
  return {
    gateway,
    bootEpoch: 0,
    setupTicks: 0,
    index: indexOf(`${side} ${dialog.callId} ${dialog.caller.tag}`),
    endpoint: party.contact === "" ? null : party.contact.replace(/^sips?:/i, "").replace(/;.*$/, ""),
    connectionId: null,
    callId: dialog.callId,
    state: dialog.state >= answered ? "active" : "connecting",
    origin: side === "caller" ? "answer" : "originate",
    localNumber: userOfUri(own),
    peerNumber: userOfUri(other),
    localAddress: null,
    remoteAddress: null,
    carries: null,
    codec: null,
    qos: null,
    setupAt,
    connectAt,
    clockErrorMs: granularityMs + Math.ceil(rttMs) + (offsetMs === 0 ? 0 : granularityMs),
    media: null,
    seenAt: now.mono,
    source: "rpc",
    detail: {
      setupFrom: setupAt === null ? null : "gateway-clock",
      connectFrom: connectAt === null ? null : "gateway-clock",
      dscp: null,
      rttMs: null,
      mos: null,
      legName: `${dialog.callId} ${side}`,
      countersAt: null,
    },
  };
}
