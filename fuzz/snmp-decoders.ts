/** SNMP as an agent and as a manager read it: requests, notifications, and answers of either version. */
import { BackWriter, tags } from "../server/protocols/snmp/ber.ts";
import { readMessage, readScopedPdu, type SnmpMessage, wrapCommunity, wrapScope, wrapSecure } from "../server/protocols/snmp/message.ts";
import { notificationOf } from "../server/protocols/snmp/notification.ts";
import type { Pdu } from "../server/protocols/snmp/pdu.ts";
import { type RequestPdu, writeRequest } from "../server/protocols/snmp/pdu.ts";
import { ResponseWriter, requestOf } from "../server/protocols/snmp/response-writer.ts";
import { hexCorpus } from "./corpus.ts";
import { fuzzed } from "./decoder.ts";

/** The largest that a UDP socket hands over over IPv4. */
const udpOctets = 65_507;

interface Read {
  readonly message: SnmpMessage;
  /** Null where it is encrypted. */
  readonly pdu: Pdu | null;
}

function readSnmp(octets: Uint8Array): Read | null {
  const message = readMessage(octets);
  if (message === null) return null;
  return { message, pdu: message.version === "2c" ? message.pdu : message.encrypted ? null : (readScopedPdu(message.scoped)?.pdu ?? null) };
}

/** Every name and value of the bindings, the request that an agent makes of it, and the notification that a manager does. */
function meaningOf(read: Read | null): unknown {
  if (read === null) return null;
  const { message, pdu } = read;
  const bindings: [string | null, number, unknown][] = [];
  pdu?.bindings.rewind();
  while (pdu?.bindings.next() === true) bindings.push([pdu.bindings.oid(), pdu.bindings.tag, pdu.bindings.value()]);
  const request = pdu && requestOf(pdu);
  return {
    head:
      message.version === "2c" ? Buffer.from(message.community).toString("latin1") : { ...message.security, digestFrom: 0, digestTo: 0 },
    pdu: pdu && [pdu.kind, pdu.requestId, pdu.first, pdu.second, pdu.count],
    request: request && { ...request, bindings: null },
    notification: pdu && notificationOf(pdu),
    bindings,
  };
}

const writer = new BackWriter(4096);
const answers = new ResponseWriter(udpOctets);

/** Written by the writers of requests and of answers; null where theirs are not the kinds and numbers that came. */
function writeAgain(read: Read | null): Uint8Array | null {
  if (read?.pdu == null) return null;
  const { message, pdu } = read;
  writer.clear();
  if (pdu.kind === "response" || pdu.kind === "report") {
    const bindings = writtenBindings(pdu);
    if (bindings === null) return null;
    writer.raw(bindings);
  } else {
    const request = requestToWrite(pdu);
    if (request === null) return null;
    writeRequest(writer, request, pdu.requestId);
  }
  if (message.version === "2c") wrapCommunity(writer, message.community);
  else {
    const scope = readScopedPdu(message.scoped);
    if (scope === null) return null;
    wrapScope(writer, scope.contextEngineId, Buffer.from(scope.contextName, "latin1"));
    const { security, messageId, authenticated, encrypted, reportable } = message;
    const user = Buffer.from(security.user, "latin1");
    const digestOctets = security.digestTo - security.digestFrom;
    wrapSecure(writer, { ...security, user, messageId, maxSize: udpOctets, authenticated, encrypted, reportable, digestOctets });
  }
  return writer.length > udpOctets ? null : Uint8Array.from(writer.octets());
}

function requestToWrite({ kind, first, second, bindings }: Pdu): RequestPdu | null {
  if (kind !== "get" && kind !== "get-next" && kind !== "get-bulk") return null;
  if (kind !== "get-bulk" && (first !== 0 || second !== 0)) return null;
  const names: Uint8Array[] = [];
  bindings.rewind();
  while (bindings.next()) {
    // Whoever asks says NULL.
    if (bindings.tag !== tags.null || bindings.valueFrom !== bindings.valueTo) return null;
    names.push(bindings.name());
  }
  return { kind, names, nonRepeaters: first, maxRepetitions: second };
}

const longestString = 255;

function writtenBindings({ kind, requestId, first, second, bindings }: Pdu): Uint8Array | null {
  if ((kind !== "response" && kind !== "report") || first < 0 || first > 127 || second < 0 || second > 127) return null;
  answers.clear();
  bindings.rewind();
  while (bindings.next()) {
    const read = bindings.value();
    const { tag } = bindings;
    const exception = tag >= tags.noSuchObject && tag <= tags.endOfMibView;
    if (read === null && !exception) return null;
    const value = typeof read === "string" ? bindings.octets.slice(bindings.valueFrom, bindings.valueTo) : (read ?? 0);
    const fits = typeof value !== "number" || (tag === tags.integer ? value === (value | 0) : value <= 0xffffffff);
    if (!fits || (typeof value !== "number" && value.length > longestString)) return null;
    if (!answers.add({ prefix: bindings.name(), suffix: [] }, tag, value)) return null;
  }
  return answers.pdu(kind, requestId, first, second);
}

const shared = {
  grammar: "ber",
  maxOctets: udpOctets,
  decode: readSnmp,
  accepts: (read: Read | null) => read !== null,
  encode: writeAgain,
  meaning: meaningOf,
} as const;

export const snmpDecoders = [
  fuzzed({ name: "snmp-request", corpus: () => hexCorpus("snmp-request.hex"), ...shared }),
  fuzzed({ name: "snmp-response", corpus: () => hexCorpus("snmp-response.hex"), ...shared }),
];
