/**
 * Calls of a Kamailio proxy by JSON-RPC over HTTP (modules jsonrpcs and xhttp): `dlg.list` tells every dialog in one answer, with the second in which
 * it was created and answered. Better than its presence server, which tells about one user at a time and not since when. The proxy carries no media.
 */
import type { Connection } from "../core/calls/connection.ts";
import type { GearProfile } from "../core/gear/gear-profile.ts";
import type { NodeName } from "../core/identity.ts";
import type { AuditFailureKind } from "../core/polling/failure-kind.ts";
import { postBounded } from "../runtime/bounded-fetch.ts";
import type { Clock } from "../runtime/clock.ts";
import type { AuditOptions, Auditor, AuditResult } from "./auditor.ts";
import { clockOffsetMs, readDialogList, rowsOfDialog } from "./kamailio-dialogs.ts";
import { rpcResultOf } from "./kamailio-rpc-result.ts";
import { createTurns } from "./turns.ts";

export interface KamailioRpcOptions {
  readonly gateway: NodeName;
  readonly clock: Clock;
  /** For example `http://127.0.0.1:5060/RPC`. */
  readonly url: string;
  /** Sent as it is: `Bearer …` or `Basic …`. Never shown. */
  readonly authorization: string | null;
  readonly deadlineMs?: number;
}

const defaultDeadlineMs = 5_000;
const maxOctets = 64 * 1_048_576;
const shownOctets = 20_000;

interface Listed {
  readonly rows: readonly Connection[];
  readonly unread: number;
  readonly offsetMs: number;
}

type Answer =
  | { readonly ok: true; readonly listed: Listed }
  | { readonly ok: false; readonly kind: AuditFailureKind; readonly sentence: string };

export function createKamailioRpcAuditor(options: KamailioRpcOptions): Auditor {
  const audits = new KamailioAudits(options);
  const turns = createTurns();
  return {
    audit: (mode, asked = {}) => turns.take("audit", () => audits.run(mode, asked)),
    profile: () => audits.profile,
    close: () => undefined,
  };
}

class KamailioAudits {
  readonly #options: KamailioRpcOptions;
  #indexes = new Map<string, number>();
  #lastIndex = 0;
  #requests = 0;
  profile: GearProfile | null = null;

  constructor(options: KamailioRpcOptions) {
    this.#options = options;
  }

  async run(mode: AuditResult["mode"], asked: AuditOptions): Promise<AuditResult> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const before = this.#requests;
    // It keeps no history: what ended is gone from the list.
    const answer: Answer = mode === "history" ? { ok: true, listed: { rows: [], unread: 0, offsetMs: 0 } } : await this.#list(asked);
    const endedAt = clock.now();
    const listed = answer.ok ? answer.listed : null;
    const rows = listed?.rows ?? [];
    if (rows.length > 0) asked.onRows?.(rows);
    const unread = listed?.unread ?? 0;
    const because = answer.ok ? (unread === 0 ? null : `${unread} dialogs of the list cannot be read`) : answer.sentence;
    return {
      mode,
      complete: because === null,
      incompleteBecause: because,
      failureKind: because === null ? null : answer.ok ? "malformed" : answer.kind,
      tellsBoot: false,
      bootEpoch: answer.ok ? 0 : null,
      uptimeBefore: null,
      uptimeTicks: null,
      engineBoots: null,
      columns: mode === "history" ? [] : [{ column: "dlg.list", reachedEnd: because === null }],
      rows,
      rowsRead: rows.length,
      partialRows: unread,
      ended: [],
      scalarCount: null,
      rttMs: mode === "history" || !answer.ok ? null : endedAt.mono - startedAt.mono,
      packets: this.#requests - before,
      durationMs: endedAt.mono - startedAt.mono,
      clockErrorMs: rows[0]?.clockErrorMs ?? null,
      startedAt,
      endedAt,
    };
  }

  async #list({ onExchange }: AuditOptions): Promise<Answer> {
    const { gateway, clock, url, authorization, deadlineMs = defaultDeadlineMs } = this.#options;
    this.#requests += 1;
    const asked = clock.now();
    const body = JSON.stringify({ jsonrpc: "2.0", method: "dlg.list", id: this.#requests });
    onExchange?.({ at: asked.mono, sent: true, text: `POST ${url}\n\n${body}` });
    const headers: Record<string, string> = authorization === null ? {} : { authorization };
    const fetched = await postBounded(url, { deadlineMs, maxOctets, body, headers });
    const now = clock.now();
    const answered = fetched.kind === "answered" ? `HTTP ${fetched.status}\n\n${fetched.body.slice(0, shownOctets)}` : fetched.kind;
    onExchange?.({ at: now.mono, sent: false, text: answered });
    const result = rpcResultOf(fetched, new URL(url).host);
    if (!result.ok) return result;
    const read = readDialogList(result.value);
    if (read === null) return { ok: false, kind: "malformed", sentence: "dlg.list did not answer a list of dialogs" };
    const offsetMs = clockOffsetMs(read.dialogs, now);
    const moment = { now, rttMs: now.mono - asked.mono, offsetMs };
    const live = new Map<string, number>();
    const rows = read.dialogs.flatMap((dialog) => rowsOfDialog(gateway, dialog, moment, (leg) => this.#indexOf(leg, live)));
    if (read.unread === 0) this.#indexes = live;
    this.profile = kamailioRpcProfile(offsetMs);
    return { ok: true, listed: { rows, unread: read.unread, offsetMs } };
  }

  #indexOf(leg: string, live: Map<string, number>): number {
    let index = this.#indexes.get(leg);
    if (index === undefined) {
      this.#lastIndex = this.#lastIndex >= 0x7fffffff ? 1 : this.#lastIndex + 1;
      index = this.#lastIndex;
      this.#indexes.set(leg, index);
    }
    live.set(leg, index);
    return index;
  }
}

/** @param offsetMs how far the proxy's clock is ahead of ours */
export function kamailioRpcProfile(offsetMs: number): GearProfile {
  const notes = [
    "whole seconds of the proxy's own wall clock",
    "a call is told as two legs, the caller's and the callee's",
    "no media passes the proxy",
  ];
  if (offsetMs !== 0)
    notes.push(`its clock is ${Math.round(Math.abs(offsetMs) / 1000)} s ${offsetMs > 0 ? "ahead of" : "behind"} ours, which is taken off`);
  return {
    name: "kamailio-rpc",
    title: "Kamailio, JSON-RPC dlg.list",
    protocol: "rpc",
    identity: null,
    says: {
      callId: "call-id",
      origin: "caller, callee",
      localNumber: "from_uri, to_uri",
      peerNumber: "to_uri, from_uri",
      setup: "init_ts",
      connect: "start_ts",
    },
    tellsBoot: false,
    keepsHistory: false,
    notes,
  };
}
