/** Every decoder that the fuzz program knows. A new one: an entry here, its real messages in corpus/, its name in a test file. */
import { createLinkCodec, macOctets, maxDatagramOctets } from "../server/protocols/link/codec.ts";
import golden from "../server/protocols/link/datagrams.golden.json" with { type: "json" };
import { decodeDatagram } from "../server/protocols/mgcp/decode.ts";
import { encodeMessage, piggyback } from "../server/protocols/mgcp/encode.ts";
import { limits } from "../server/protocols/mgcp/message.ts";
import { fixtures } from "../server/protocols/mgcp/testing/messages.ts";
import { octetsOf, textOf } from "../server/protocols/mgcp/text.ts";
import { goodbye, readGoodbye, readRtp, rtpHeaderOctets, writeRtpHeader } from "../server/protocols/rtp.ts";
import { parseSessionDescription, printSessionDescription } from "../server/protocols/sdp/session-description.ts";
import { hexCorpus, octetsOfHex, textCorpus } from "./corpus.ts";
import { type AnyDecoder, fuzzed } from "./decoder.ts";
import { listingDecoders } from "./listing-decoders.ts";
import type { Scratch } from "./scratch.ts";
import { sipDecoders } from "./sip-decoders.ts";
import { snmpDecoders } from "./snmp-decoders.ts";

/** Believes every code, so that mutations reach what lies behind it. */
const believing = createLinkCodec({
  cluster: golden.cluster,
  signingKeyId: golden.keyId,
  mac: (_keyId, bytes) => new Uint8Array(bytes.buffer, bytes.byteOffset + bytes.length, macOctets),
});
const signing = createLinkCodec({ cluster: golden.cluster, signingKeyId: golden.keyId, mac: () => new Uint8Array(macOctets) });

/** The length of the link's body, behind the two names. */
function repairLinkLength(scratch: Scratch): void {
  const lengthAt = 34 + scratch.at(32) + scratch.at(33 + scratch.at(32));
  const length = scratch.length - macOctets - lengthAt - 2;
  if (length < 0) return;
  scratch.set(lengthAt, length >> 8);
  scratch.set(lengthAt + 1, length & 0xff);
}

export const decoders: readonly AnyDecoder[] = [
  ...snmpDecoders,
  ...sipDecoders,
  ...listingDecoders,
  fuzzed({
    name: "mgcp",
    grammar: "text",
    corpus: () => [...textCorpus("mgcp.txt"), ...fixtures.map(({ wire }) => octetsOf(`${wire.join("\r\n")}\r\n`))],
    maxOctets: limits.datagramOctets + 96,
    decode: (octets) => decodeDatagram(octets).flatMap((result) => (result.ok ? [result.message] : [])),
    accepts: (messages) => messages.length > 0,
    encode(messages) {
      const text = piggyback(messages.map(encodeMessage));
      return text.length <= limits.datagramOctets ? octetsOf(text) : null;
    },
  }),
  fuzzed({
    name: "sdp",
    grammar: "text",
    corpus: () => textCorpus("sdp.txt"),
    maxOctets: limits.datagramOctets,
    decode: (octets) => parseSessionDescription(textOf(octets)),
    accepts: ({ ok }) => ok,
    encode: (result) => (result.ok ? octetsOf(printSessionDescription(result.value)) : null),
  }),
  fuzzed({
    name: "link",
    grammar: "octets",
    corpus: () => golden.datagrams.map(({ hex }) => octetsOfHex(hex)),
    maxOctets: maxDatagramOctets + 16,
    decode: believing.decode,
    accepts: ({ ok }) => ok,
    encode(result) {
      if (!result.ok) return null;
      const encoded = signing.encode(result.frame);
      if (!encoded.ok) throw new Error(`decoded, but ${encoded.field} cannot be encoded`);
      return encoded.datagram;
    },
    repair: repairLinkLength,
  }),
  fuzzed({
    name: "rtp",
    grammar: "octets",
    corpus: () => hexCorpus("rtp.hex"),
    maxOctets: 2048,
    decode: (octets) => ({ packet: readRtp(octets), gone: readGoodbye(octets) }),
    accepts: ({ packet, gone }) => packet !== null || gone !== null,
    encode({ packet, gone }) {
      if (packet === null) return gone === null ? null : goodbye(gone);
      const octets = new Uint8Array(rtpHeaderOctets + packet.payloadOctets);
      writeRtpHeader(octets, packet);
      return octets;
    },
  }),
];
