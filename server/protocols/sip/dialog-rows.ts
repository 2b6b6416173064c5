/**
 * Dialogs (RFC 4235) → connection rows of one auditor. It remembers of each dialog what a row needs and one document does not tell: a number for its
 * key, when it was first seen, and the best reading of its instants, since every document tells ages anew, each with the delay of its own.
 */
import type { Connection, TimingSource } from "../../core/calls/connection.ts";
import type { NodeName } from "../../core/identity.ts";
import { clockStep, type Now, type WallTime } from "../../core/time.ts";
import { parseSessionDescription, type SessionDescription } from "../sdp/session-description.ts";
import { hostPortText, userOfUri } from "./address.ts";
import type { ConnectionDetail, Dialog, DialogParty } from "./dialog-info.ts";
import { dialogKey } from "./dialog-table.ts";

/** One document: asked for, written, received. */
export interface DocumentMoment {
  /** It was written after this; null where nobody asked for it just then. */
  readonly asked: Now | null;
  readonly received: Now;
  /** The document before it, which lacked what is new now; null where there was none. */
  readonly before: Now | null;
}

interface Stamp {
  readonly at: WallTime;
  readonly errorMs: number;
  readonly from: TimingSource;
}

interface Leg {
  readonly index: number;
  /** Both clocks at the reading of the stamps. */
  clocks: Now;
  setup: Stamp | null;
  connect: Stamp | null;
}

/** A document that nobody asked for may have been sent again once or twice before it arrived (T1 is 500 ms). */
const unaskedDelayMs = 1_000;
/** Our own gateways read ages off their uptime, which ticks every 10 ms. */
const uptimeErrorMs = 10;
/** `<duration>` counts whole seconds. */
const durationErrorMs = 1_000;
/** First seen by the very first document: how long it had been there nobody can say, only that it was there by then. */
const unknownAgeMs = 86_400_000;

export class DialogRows {
  readonly #gateway: NodeName;
  /** Of each resource, by the dialog's key. */
  readonly #legs = new Map<string, Map<string, Leg>>();
  #lastIndex = 0;

  constructor(gateway: NodeName) {
    this.#gateway = gateway;
  }

  /** The live connections of a document; those that terminated are none. */
  rowsOf(resource: string, dialogs: Iterable<Dialog>, moment: DocumentMoment): Connection[] {
    const rows: Connection[] = [];
    for (const dialog of dialogs) if (dialog.state !== "terminated") rows.push(this.#rowOf(resource, dialog, moment));
    return rows;
  }

  /** Forgets what a complete state of this resource lacks. */
  keepOnly(resource: string, dialogs: Iterable<Dialog>): void {
    const legs = this.#legs.get(resource);
    if (legs === undefined) return;
    const live = new Set<string>();
    for (const dialog of dialogs) if (dialog.state !== "terminated") live.add(dialogKey(dialog));
    for (const key of legs.keys()) if (!live.has(key)) legs.delete(key);
    if (legs.size === 0) this.#legs.delete(resource);
  }

  #rowOf(resource: string, dialog: Dialog, moment: DocumentMoment): Connection {
    const leg = this.#legOf(resource, dialogKey(dialog), moment);
    const { detail, local, remote } = dialog;
    const media = mediaOf(local);
    const farMedia = mediaOf(remote);
    this.#stamp(leg, dialog, moment);
    const { setup, connect } = leg;
    return {
      gateway: this.#gateway,
      bootEpoch: 0,
      setupTicks: 0,
      index: leg.index,
      endpoint: detail?.endpoint ?? withoutScheme(local?.identity?.uri ?? null),
      connectionId: detail === null ? null : dialog.id,
      callId: dialog.callId,
      state: dialog.state === "confirmed" ? "active" : "connecting",
      origin: detail?.origin ?? originOf(dialog),
      localNumber: numberOf(local),
      peerNumber: numberOf(remote),
      localAddress: addressOf(media),
      remoteAddress: addressOf(farMedia),
      carries: detail?.carries ?? null,
      codec: media?.codecs[0]?.name ?? detail?.codec ?? null,
      qos: detail?.qos ?? null,
      setupAt: setup?.at ?? null,
      connectAt: connect?.at ?? null,
      clockErrorMs: Math.max(setup?.errorMs ?? 0, connect?.errorMs ?? 0),
      media: detail?.media ?? null,
      seenAt: moment.received.mono,
      source: "sip",
      detail: {
        setupFrom: setup?.from ?? null,
        connectFrom: connect?.from ?? null,
        dscp: detail?.dscp ?? null,
        rttMs: null,
        mos: null,
        legName: dialog.id,
        countersAt: null,
      },
    };
  }

  #legOf(resource: string, key: string, { received }: DocumentMoment): Leg {
    let legs = this.#legs.get(resource);
    if (legs === undefined) {
      legs = new Map();
      this.#legs.set(resource, legs);
    }
    const known = legs.get(key);
    if (known !== undefined) return known;
    this.#lastIndex = this.#lastIndex >= 0x7fffffff ? 1 : this.#lastIndex + 1;
    const leg: Leg = { index: this.#lastIndex, clocks: received, setup: null, connect: null };
    legs.set(key, leg);
    return leg;
  }

  #stamp(leg: Leg, dialog: Dialog, moment: DocumentMoment): void {
    const stepMs = clockStep(leg.clocks, moment.received);
    if (stepMs !== 0) {
      leg.setup = doubted(leg.setup, stepMs);
      leg.connect = doubted(leg.connect, stepMs);
      leg.clocks = moment.received;
    }
    leg.setup = better(leg.setup, setupStamp(dialog, moment));
    leg.connect = dialog.state === "confirmed" ? better(leg.connect, connectStamp(dialog.detail, moment)) : null;
  }
}

/** The more exact reading stays, so that rows do not waver. What was first seen once is not first seen again. */
function better(known: Stamp | null, read: Stamp): Stamp {
  if (known === null) return read;
  if (read.from === "first-seen") return known;
  return known.from === "first-seen" || read.errorMs < known.errorMs ? read : known;
}

/** Wall time moved: it was set, and the moment is `stepMs` off, or the machine slept, and it is not. The earlier one misses nothing. */
function doubted(stamp: Stamp | null, stepMs: number): Stamp | null {
  return stamp === null
    ? null
    : { ...stamp, at: Math.min(stamp.at, stamp.at + stepMs), errorMs: stamp.errorMs + Math.ceil(Math.abs(stepMs)) };
}

function aged(agoMs: number, { asked, received }: DocumentMoment, errorMs: number): Stamp {
  const spanMs = asked === null ? unaskedDelayMs : Math.max(0, received.mono - asked.mono);
  return { at: Math.round(received.wall - spanMs / 2 - agoMs), errorMs: Math.ceil(spanMs / 2) + 1 + errorMs, from: "gateway-age" };
}

function firstSeen({ received, before }: DocumentMoment): Stamp {
  const errorMs = before === null ? unknownAgeMs : Math.min(unknownAgeMs, Math.ceil(received.mono - before.mono));
  return { at: received.wall, errorMs, from: "first-seen" };
}

function setupStamp({ detail, durationSeconds }: Dialog, moment: DocumentMoment): Stamp {
  if (detail?.setupAgoMs != null) return aged(detail.setupAgoMs, moment, uptimeErrorMs);
  // RFC 4235 4.1.6: since the dialog's machine was created, ringing included.
  if (durationSeconds !== null) return aged(durationSeconds * 1000, moment, durationErrorMs);
  return firstSeen(moment);
}

function connectStamp(detail: ConnectionDetail | null, moment: DocumentMoment): Stamp {
  return detail?.connectAgoMs == null ? firstSeen(moment) : aged(detail.connectAgoMs, moment, uptimeErrorMs);
}

/** RFC 2128's words: a leg whose own party called `answer`s the call that comes in, one that is called `originate`s a call of its own. */
function originOf({ direction }: Dialog): Connection["origin"] {
  return direction === null ? null : direction === "initiator" ? "answer" : "originate";
}

function numberOf(party: DialogParty | null): string | null {
  return party?.identity == null ? null : userOfUri(party.identity.uri);
}

function withoutScheme(uri: string | null): string | null {
  return uri === null ? null : (/^(?:sips?|tel):([^;?]+)/i.exec(uri)?.[1] ?? null);
}

function mediaOf(party: DialogParty | null): SessionDescription | null {
  const description = party?.sessionDescription;
  if (description == null || description.type.toLowerCase() !== "application/sdp") return null;
  const parsed = parseSessionDescription(description.text);
  return parsed.ok ? parsed.value : null;
}

function addressOf(media: SessionDescription | null): string | null {
  return media === null || media.port === 0 ? null : hostPortText(media.host, media.port);
}
