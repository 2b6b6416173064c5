/** Protocol data units (RFC 3416 3) inside their message: which kind, which request, and the bindings where they lie. */
import { type BackWriter, Reader, tags } from "./ber.ts";
import { Bindings } from "./bindings.ts";

export type PduKind = "get" | "get-next" | "response" | "set" | "get-bulk" | "inform" | "trap" | "report";
export type RequestKind = "get" | "get-next" | "get-bulk" | "set";

export const kindTags: Readonly<Record<PduKind, number>> = {
  get: 0xa0,
  "get-next": 0xa1,
  response: 0xa2,
  set: 0xa3,
  "get-bulk": 0xa5,
  inform: 0xa6,
  trap: 0xa7,
  report: 0xa8,
};
const kinds = new Map(Object.entries(kindTags).map(([kind, tag]) => [tag, kind as PduKind]));

/** More in one message than any agent sends. */
export const maxBindings = 4096;

export interface Pdu {
  readonly kind: PduKind;
  readonly requestId: number;
  /** error-status (RFC 3416 3), or non-repeaters of a get-bulk. */
  readonly first: number;
  /** error-index, or max-repetitions of a get-bulk. */
  readonly second: number;
  readonly bindings: Bindings;
  readonly count: number;
  /** The content of the VarBindList as received. */
  readonly list: Uint8Array;
}

/** Null: not a well-formed PDU of SNMP v2. */
export function readPdu(reader: Reader): Pdu | null {
  const outer = reader.value(null);
  const kind = outer === null ? undefined : kinds.get(outer.tag);
  if (outer === null || kind === undefined) return null;
  const inner = new Reader(reader.octets, outer.from, outer.to);
  const requestId = inner.integer();
  const first = inner.integer();
  const second = inner.integer();
  const list = inner.value(tags.sequence);
  if (requestId === null || first === null || second === null || list === null || inner.at !== inner.end) return null;
  const bindings = new Bindings(reader.octets, list.from, list.to);
  const count = bindings.wellFormed(maxBindings);
  return count === false ? null : { kind, requestId, first, second, bindings, count, list: reader.octets.subarray(list.from, list.to) };
}

export interface RequestPdu {
  readonly kind: "get" | "get-next" | "get-bulk";
  /** Contents of the OIDs. */
  readonly names: readonly Uint8Array[];
  readonly nonRepeaters: number;
  readonly maxRepetitions: number;
}

/** Writes the request's PDU in front of what the writer holds. */
export function writeRequest(writer: BackWriter, request: RequestPdu, requestId: number): void {
  const before = writer.length;
  for (let i = request.names.length - 1; i >= 0; i--) {
    const binding = writer.length;
    writer.octet(0);
    writer.octet(tags.null);
    const name = writer.length;
    writer.raw(request.names[i]!);
    writer.wrap(tags.name, name);
    writer.wrap(tags.sequence, binding);
  }
  writer.wrap(tags.sequence, before);
  const bulk = request.kind === "get-bulk";
  writer.integer(bulk ? request.maxRepetitions : 0);
  writer.integer(bulk ? request.nonRepeaters : 0);
  writer.integer(requestId);
  writer.wrap(kindTags[request.kind], before);
}

/** error-status (RFC 3416 3). */
export const errorStatus = {
  noError: 0,
  tooBig: 1,
  noSuchName: 2,
  genErr: 5,
  noAccess: 6,
  resourceUnavailable: 13,
  authorizationError: 16,
  notWritable: 17,
} as const;

const errorNames = new Map<number, string>([
  [1, "tooBig"],
  [2, "noSuchName"],
  [3, "badValue"],
  [4, "readOnly"],
  [5, "genErr"],
  [6, "noAccess"],
  [13, "resourceUnavailable"],
  [16, "authorizationError"],
  [17, "notWritable"],
]);

export function errorName(status: number): string {
  return errorNames.get(status) ?? `error-status ${status}`;
}
