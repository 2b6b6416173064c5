/**
 * RTP (RFC 3550 5.1) and its goodbye (6.6), as far as the gateways' media path needs them: fixed header, no extension written;
 * padding, contributing sources and extensions are understood when read. Both share one port (RFC 5761).
 */

export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payloadOctets: number;
}

export const rtpHeaderOctets = 12;

/** Writes the header at the start of `into`; the payload behind it is left as it is. */
export function writeRtpHeader(into: Uint8Array, packet: Omit<RtpPacket, "payloadOctets">): void {
  into[0] = 0x80;
  into[1] = (packet.marker ? 0x80 : 0) | (packet.payloadType & 0x7f);
  into[2] = (packet.sequence >>> 8) & 0xff;
  into[3] = packet.sequence & 0xff;
  writeUint32(into, 4, packet.timestamp);
  writeUint32(into, 8, packet.ssrc);
}

/** Null where the octets are no RTP packet. */
export function readRtp(octets: Uint8Array): RtpPacket | null {
  const first = octets[0] ?? 0;
  const second = octets[1] ?? 0;
  if (octets.length < rtpHeaderOctets || first >>> 6 !== 2 || isRtcpType(second)) return null;
  let start = rtpHeaderOctets + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (octets.length < start + 4) return null;
    start += 4 + readUint16(octets, start + 2) * 4;
  }
  const padding = (first & 0x20) === 0 ? 0 : (octets[octets.length - 1] ?? 0);
  const payloadOctets = octets.length - start - padding;
  if (payloadOctets < 0) return null;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: readUint16(octets, 2),
    timestamp: readUint32(octets, 4),
    ssrc: readUint32(octets, 8),
    payloadOctets,
  };
}

const goodbyeType = 203;

function isRtcpType(octet: number): boolean {
  return octet >= 192 && octet <= 223;
}

/** An RTCP BYE of one source: "nothing more comes from here until I send again". */
export function goodbye(ssrc: number): Uint8Array {
  const octets = new Uint8Array(8);
  octets[0] = 0x81;
  octets[1] = goodbyeType;
  octets[3] = 1;
  writeUint32(octets, 4, ssrc);
  return octets;
}

/** The source that says goodbye; null for anything else. */
export function readGoodbye(octets: Uint8Array): number | null {
  if (octets.length < 8 || octets[0] !== 0x81 || octets[1] !== goodbyeType) return null;
  return readUint32(octets, 4);
}

function readUint16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}

function readUint32(octets: Uint8Array, at: number): number {
  return ((readUint16(octets, at) << 16) | readUint16(octets, at + 2)) >>> 0;
}

function writeUint32(into: Uint8Array, at: number, value: number): void {
  into[at] = (value >>> 24) & 0xff;
  into[at + 1] = (value >>> 16) & 0xff;
  into[at + 2] = (value >>> 8) & 0xff;
  into[at + 3] = value & 0xff;
}
