/** One document for a subscriber: the full state, or what changed since it was told last; as many dialogs as have room, and how many there are. */
import type { GatewayConnection } from "../../core/gateway/connection-table.ts";
import { documentOctets, documentOf } from "../../protocols/sip/dialog-info-encode.ts";
import { type DialogWriting, dialogXml, type Resource, rowsOf, signatureOf, terminatedXml } from "./sip-dialogs.ts";

/** What a subscriber was told of each connection: its signature and Call-ID. */
export type Told = Map<string, { readonly signature: string; readonly callId: string }>;

export interface WrittenDocument {
  readonly body: string;
  readonly told: Told;
  /** Something had no room. */
  readonly cut: boolean;
}

export interface DocumentWish {
  readonly resource: Resource;
  readonly version: number;
  readonly maxOctets: number;
  /** Null: the full state. */
  readonly since: Told | null;
}

export function writeDocument(writing: DialogWriting, { resource, version, maxOctets, since }: DocumentWish): WrittenDocument {
  const rows = rowsOf(writing.gateway, resource);
  const told: Told = new Map(since ?? []);
  const pieces: string[] = [];
  let left = maxOctets - documentOctets;
  const add = (piece: string): boolean => {
    left -= piece.length;
    if (left >= 0) pieces.push(piece);
    return left >= 0;
  };
  let room = true;
  if (since !== null) room = addTerminated(rows, told, add);
  for (const row of rows) {
    if (!room) break;
    const signature = signatureOf(row);
    if (told.get(row.id)?.signature === signature) continue;
    room = add(dialogXml(writing, row));
    if (room) told.set(row.id, { signature, callId: row.callId });
  }
  const state = since === null ? "full" : "partial";
  const body = documentOf({ version, state, entity: resource.entity, connections: rows.length }, pieces);
  return { body, told, cut: !room };
}

function addTerminated(rows: readonly GatewayConnection[], told: Told, add: (piece: string) => boolean): boolean {
  const live = new Set(rows.map(({ id }) => id));
  for (const [id, { callId }] of told) {
    if (live.has(id)) continue;
    if (!add(terminatedXml(id, callId))) return false;
    told.delete(id);
  }
  return true;
}
