/**
 * UTF-8 without the platform's coders, which the pure rooms do not have. An "octet text" holds one octet in each character (ISO 8859-1):
 * that is how messages travel between socket and codec, so that Content-Length counts what is really there. Nearly all SIP is ASCII, where both are the same.
 */

const beyondAscii = /[\u0080-\uffff]/;

/** Octets that are no UTF-8 become U+FFFD, one for one. */
export function textOfOctets(octets: string): string {
  if (!beyondAscii.test(octets)) return octets;
  let text = "";
  for (let at = 0; at < octets.length; ) {
    const [code, length] = codePointAt(octets, at);
    text += String.fromCodePoint(code);
    at += length;
  }
  return text;
}

const replacement = 0xfffd;

function codePointAt(octets: string, at: number): readonly [code: number, length: number] {
  const first = octets.charCodeAt(at);
  if (first < 0x80) return [first, 1];
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || first >= 0xf5 || at + length > octets.length) return [replacement, 1];
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = octets.charCodeAt(at + i);
    if ((next & 0xc0) !== 0x80) return [replacement, 1];
    code = (code << 6) | (next & 0x3f);
  }
  const tooShort = length === 3 ? code < 0x800 : length === 4 && code < 0x10000;
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return tooShort || surrogate || code > 0x10ffff ? [replacement, 1] : [code, length];
}

export function octetsOfText(text: string): string {
  if (!beyondAscii.test(text)) return text;
  let octets = "";
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) octets += character;
    else if (code < 0x800) octets += String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) octets += String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else {
      octets += String.fromCharCode(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    }
  }
  return octets;
}
