/** SIP as it comes in datagrams and on streams, and the documents of the dialog package. */
import { isDeepStrictEqual } from "node:util";
import { decodeDatagram } from "../server/protocols/sip/decode.ts";
import type { ConnectionDetail, Dialog, DialogInfo } from "../server/protocols/sip/dialog-info.ts";
import { decodeDialogInfo } from "../server/protocols/sip/dialog-info-decode.ts";
import { encodeDialogInfo } from "../server/protocols/sip/dialog-info-encode.ts";
import { encodeMessage } from "../server/protocols/sip/encode.ts";
import { limits, type SipMessage } from "../server/protocols/sip/message.ts";
import { octetsOfText, textOfOctets } from "../server/protocols/sip/octet-text.ts";
import { type Framed, StreamFramer } from "../server/protocols/sip/stream-framer.ts";
import { recorded, wireOf } from "../server/protocols/sip/testing/recorded.ts";
import { textCorpus } from "./corpus.ts";
import { fuzzed } from "./decoder.ts";

const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const octetText = (octets: Uint8Array): string => Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("latin1");

const sipCorpus = (): Uint8Array[] => [...recorded.map((message) => latin1(wireOf(message))), ...textCorpus("sip.txt")];

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
const cleaned = (text: string): string => text.replace(/[\x00-\x1f\x7f]+/g, " ");

/** What survives being written: no tabs or stray carriage returns in the head, and a length of its own. */
function meaningOfMessage(message: SipMessage): unknown {
  const headers = message.headers.filter(([name]) => name !== "Content-Length").map(([name, value]) => [name, cleaned(value)]);
  const start = message.kind === "request" ? [message.method, cleaned(message.uri)] : [message.status, cleaned(message.reason)];
  return { start, headers, body: message.body };
}

/** One beyond what the decoder takes is no message: octets that are no UTF-8 are written as three, and a Content-Length is added. */
function writtenMessage(message: SipMessage): string | null {
  const text = encodeMessage(message);
  const fits = text.indexOf("\r\n\r\n") <= limits.headOctets && message.headers.length < limits.headers;
  return fits && (message.kind === "response" || octetsOfText(message.uri).length <= limits.uriOctets) ? text : null;
}

const maxBodyOctets = 16_384;
const maxStreamOctets = 3 * maxBodyOctets;

/** The whole stream at once, and in pieces: what comes of it must be the same. */
function framed(octets: Uint8Array): readonly Framed[] {
  const text = octetText(octets);
  const whole = new StreamFramer(maxBodyOctets).push(text);
  const inPieces = new StreamFramer(maxBodyOctets);
  const found: Framed[] = [];
  for (let at = 0, size = 1; at < text.length; at += size) {
    // Every split somewhere, but not thousands of single octets.
    size = 1 + ((text.charCodeAt(at) * 7 + at) % (at % 1000 < 32 ? 13 : 2039));
    found.push(...inPieces.push(text.slice(at, at + size)));
    if (inPieces.held > maxBodyOctets + limits.headOctets + 1024) throw new Error(`holds ${inPieces.held} octets`);
  }
  if (!isDeepStrictEqual(found, whole)) throw new Error("in pieces it reads otherwise than at once");
  return whole;
}

/** Inside an element a line end is one LF. */
const asContent = (text: string): string => text.replaceAll("\r\n", "\n");
const round = (value: number | null): number | null => value && Math.round(value);

function meaningOfDetail(detail: ConnectionDetail): unknown {
  const { media } = detail;
  return {
    ...detail,
    setupAgoMs: round(detail.setupAgoMs),
    connectAgoMs: round(detail.connectAgoMs),
    media: media && {
      ...media,
      jitterMs: media.jitterMs && Math.round(media.jitterMs * 100) / 100,
      longestSilenceMs: round(media.longestSilenceMs),
    },
  };
}

function meaningOfDialog(dialog: Dialog): unknown {
  const party = (one: Dialog["local"]): unknown =>
    one && {
      target: one.target,
      identity: one.identity && [asContent(one.identity.uri), one.identity.displayName],
      session: one.sessionDescription && [one.sessionDescription.type, asContent(one.sessionDescription.text)],
    };
  return {
    ...dialog,
    local: party(dialog.local),
    remote: party(dialog.remote),
    detail: dialog.detail && meaningOfDetail(dialog.detail),
  };
}

const meaningOfInfo = (info: DialogInfo): unknown => ({ ...info, dialogs: info.dialogs.map(meaningOfDialog) });

export const sipDecoders = [
  fuzzed({
    name: "sip",
    grammar: "text",
    corpus: sipCorpus,
    maxOctets: limits.datagramOctets,
    decode: (octets) => decodeDatagram(octetText(octets)),
    accepts: ({ ok }) => ok,
    encode(result) {
      const text = result.ok ? writtenMessage(result.message) : null;
      return text === null || text.length > limits.datagramOctets ? null : latin1(text);
    },
    meaning: (result) => (result.ok ? meaningOfMessage(result.message) : result.reason),
  }),
  fuzzed({
    name: "sip-stream",
    grammar: "text",
    corpus: () => {
      const all = sipCorpus();
      // Several in a row, with the pings of RFC 5626 between them.
      return all.map((octets, i) =>
        Uint8Array.from(Buffer.concat([octets, latin1(i % 3 === 0 ? "\r\n\r\n" : ""), all[(i * 7 + 1) % all.length]!])),
      );
    },
    maxOctets: maxStreamOctets,
    decode: framed,
    accepts: (found) => found.some(({ kind }) => kind === "message"),
    encode(found) {
      let text = "";
      for (const one of found) {
        const written = one.kind === "message" ? writtenMessage(one.message) : one.kind === "ping" ? "\r\n\r\n" : null;
        if (written === null) return null;
        text += written;
      }
      return text.length > maxStreamOctets ? null : latin1(text);
    },
    meaning: (found) => found.map((one) => (one.kind === "message" ? meaningOfMessage(one.message) : one.kind)),
  }),
  fuzzed({
    name: "dialog-info",
    grammar: "text",
    corpus: () => textCorpus("dialog-info.txt"),
    maxOctets: limits.datagramOctets,
    decode: (octets) => decodeDialogInfo(textOfOctets(octetText(octets))),
    accepts: ({ ok }) => ok,
    encode(result) {
      const text = result.ok ? octetsOfText(encodeDialogInfo(result.info)) : "";
      // Quotes are written as six octets each: what no longer fits is no document.
      return text === "" || text.length > limits.datagramOctets ? null : latin1(text);
    },
    meaning: (result) => (result.ok ? meaningOfInfo(result.info) : result.reason),
  }),
];
