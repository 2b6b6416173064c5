/** What an MGCP audit has found so far, and what that proves: it is complete only where every endpoint and every connection answered. */
import type { Connection } from "../core/calls/connection.ts";
import type { AuditFailureKind } from "../core/polling/failure-kind.ts";
import type { Now } from "../core/time.ts";
import type { Response } from "../protocols/mgcp/message.ts";
import { effectiveCode, isSuccess, returnCodeText } from "../protocols/mgcp/return-code.ts";
import type { AuditMode, AuditResult } from "./auditor.ts";
import type { AskResult } from "./mgcp-asker.ts";

/** How many endpoints are named where something went wrong. */
const mostNamed = 3;

interface Shortcoming {
  readonly kind: AuditFailureKind;
  count: number;
  readonly names: string[];
}

export class AuditFindings {
  rows: readonly Connection[] = [];
  rowsRead = 0;
  /** How many were to be asked. */
  endpoints = 0;
  readonly mode: AuditMode;
  readonly startedAt: Now;
  readonly #packetsBefore: number;
  readonly #shortcomings = new Map<string, Shortcoming>();
  #partialRows = 0;
  #answered = 0;
  #silent = 0;
  #stopped = false;
  #bestRttMs: number | null = null;

  constructor(mode: AuditMode, startedAt: Now, packetsBefore: number) {
    this.mode = mode;
    this.startedAt = startedAt;
    this.#packetsBefore = packetsBefore;
  }

  get complete(): boolean {
    return this.#shortcomings.size === 0;
  }

  /** Nothing further needs to be asked. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** The answer of an endpoint where it is one that helps, else null. */
  heard(verb: string, endpoint: string, result: AskResult, silentMost: number): Response | null {
    if (result.kind !== "response") {
      this.#silent += 1;
      if (result.kind !== "timed-out" || this.#silent >= silentMost) this.#stopped = true;
      // Of the gear as a whole: no endpoint has a part in it.
      if (result.kind === "no-way") this.#shortcomings.set(result.reason, { kind: "timeout", count: 1, names: [] });
      else this.#note(silenceText(verb, result), failureOf(result), endpoint);
      return null;
    }
    this.#answer(result.rttMs);
    const { code, comment } = result.response;
    if (isSuccess(code)) return result.response;
    this.#note(`${verb} was refused with ${code} ${returnCodeText(effectiveCode(code)) || comment}`, "refused", endpoint);
    return null;
  }

  /** Of a connection that AUEP had named; `gone`: it ended between the two questions. */
  heardOfConnection(result: AskResult): Response | "gone" | null {
    if (result.kind !== "response") {
      this.partial(silenceText("AUCX", result), failureOf(result));
      return null;
    }
    this.#answer(result.rttMs);
    const { code } = result.response;
    if (isSuccess(code)) return result.response;
    if (effectiveCode(code) === 515) return "gone";
    this.partial(`AUCX was refused with ${code}`, "refused");
    return null;
  }

  #answer(rttMs: number): void {
    this.#silent = 0;
    this.#answered += 1;
    this.#bestRttMs = Math.min(this.#bestRttMs ?? rttMs, rttMs);
  }

  /** A connection is there, and could not be read whole. */
  partial(why: string, kind: AuditFailureKind = "malformed"): void {
    this.#partialRows += 1;
    this.#note(why, kind, null);
  }

  cannotList(): void {
    this.#stopped = true;
    this.#note("this gear does not list its connections: AUEP leaves I: out", "other", null);
  }

  clockWasSet(): void {
    this.rows = [];
    this.#note("this server's clock was set during the audit", "clock", null);
  }

  note(why: string, kind: AuditFailureKind): void {
    this.#note(why, kind, null);
  }

  #note(why: string, kind: AuditFailureKind, name: string | null): void {
    const known = this.#shortcomings.get(why) ?? { kind, count: 0, names: [] };
    known.count += 1;
    if (name !== null && known.names.length < mostNamed) known.names.push(name);
    this.#shortcomings.set(why, known);
  }

  #because(): string | null {
    if (this.complete) return null;
    return [...this.#shortcomings]
      .map(([why, { count, names }]) => {
        if (names.length === 0) return count === 1 ? why : `${why} (${count} times)`;
        return `${why} at ${count} of ${this.endpoints} endpoints: ${names.join(", ")}${count > names.length ? " …" : ""}`;
      })
      .join("; ");
  }

  /** @param columns the kinds of question, where they are not those of RFC 3435's audits */
  result(endedAt: Now, packets: number, columns: readonly string[] = ["AUEP", "AUCX"]): AuditResult {
    const kinds = [...this.#shortcomings.values()].map(({ kind }) => kind);
    const asked = this.mode !== "history";
    return {
      mode: this.mode,
      complete: this.complete,
      incompleteBecause: this.#because(),
      failureKind: kinds[0] ?? null,
      tellsBoot: false,
      bootEpoch: asked && this.#answered === 0 && this.endpoints > 0 ? null : 0,
      uptimeBefore: null,
      uptimeTicks: null,
      engineBoots: null,
      columns: asked ? columns.map((column) => ({ column, reachedEnd: this.complete })) : [],
      rows: this.rows,
      rowsRead: this.rowsRead,
      partialRows: this.#partialRows,
      ended: [],
      scalarCount: null,
      rttMs: this.#bestRttMs,
      packets: packets - this.#packetsBefore,
      durationMs: endedAt.mono - this.startedAt.mono,
      clockErrorMs: this.rows.length === 0 ? null : this.rows.reduce((most, row) => Math.max(most, row.clockErrorMs), 0),
      startedAt: this.startedAt,
      endedAt,
    };
  }
}

function failureOf({ kind }: Exclude<AskResult, { kind: "response" }>): AuditFailureKind {
  return kind === "timed-out" || kind === "no-way" ? "timeout" : "refused";
}

function silenceText(verb: string, result: Exclude<AskResult, { kind: "response" }>): string {
  if (result.kind === "timed-out") return `${verb} was not answered`;
  return result.kind === "unreachable" ? "nobody listens there" : `${verb} was not sent: ${result.reason}`;
}
