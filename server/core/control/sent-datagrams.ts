/**
 * The datagrams of this boot that may still be answered. Their sequences rise, so they stand in a row in which each is found by its
 * distance from the first; the place of one that was forgotten, or that no lease rests on, is empty.
 */
import type { Epoch, NodeName } from "../identity.ts";
import type { Instant } from "../time.ts";

interface SentDatagram {
  readonly to: NodeName;
  readonly sentAt: Instant;
  readonly epoch: Epoch;
}

export interface SentDatagrams {
  readonly row: (SentDatagram | null)[];
  /** Sequence of the first place in the row. */
  firstSequence: number;
  /** Places at the front that are known to be empty. */
  empty: number;
}

/** Empty places are cut off when they are many and most: seldom, and never a few at a time. */
const mostEmpty = 256;

export function nothingSent(): SentDatagrams {
  return { row: [], firstSequence: 0, empty: 0 };
}

/** Bounded: forgets what was sent before `olderThan`. */
export function noteDatagramSent(sent: SentDatagrams, sequence: number, datagram: SentDatagram, olderThan: Instant): void {
  const { row } = sent;
  if (row.length === 0) sent.firstSequence = sequence;
  while (sent.firstSequence + row.length < sequence) row.push(null);
  row.push(datagram);
  forgetOld(sent, olderThan);
}

function forgetOld(sent: SentDatagrams, olderThan: Instant): void {
  const { row } = sent;
  for (; sent.empty < row.length; sent.empty += 1) {
    const datagram = row[sent.empty];
    if (datagram && datagram.sentAt >= olderThan) break;
    row[sent.empty] = null;
  }
  if (sent.empty < mostEmpty || 2 * sent.empty < row.length) return;
  row.splice(0, sent.empty);
  sent.firstSequence += sent.empty;
  sent.empty = 0;
}

/** Null where it was forgotten, or is not of this boot. */
export function sentAs(sent: SentDatagrams, sequence: number): SentDatagram | null {
  const place = sequence - sent.firstSequence;
  return place < sent.empty ? null : (sent.row[place] ?? null);
}

export function forgetSent(sent: SentDatagrams): void {
  sent.row.length = 0;
  sent.empty = 0;
}

export function forgetSentTo(sent: SentDatagrams, node: NodeName): void {
  const { row } = sent;
  for (let place = sent.empty; place < row.length; place += 1) if (row[place]?.to === node) row[place] = null;
}
