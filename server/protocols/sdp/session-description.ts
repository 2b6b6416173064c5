/**
 * The small part of SDP (RFC 4566) that voice gateways exchange: one audio stream, its address, codecs, packet time and direction.
 * Lines that are not understood are skipped; what is understood must be right.
 */

export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

export interface Codec {
  readonly payloadType: number;
  /** Encoding name of `a=rtpmap`, or RFC 3551's for a static type; null where the type is dynamic and unnamed. */
  readonly name: string | null;
  readonly clockRate: number | null;
}

export interface SessionDescription {
  readonly sessionId: string;
  readonly version: string;
  readonly host: string;
  /** 0 = the stream is refused. */
  readonly port: number;
  /** Most preferred first. */
  readonly codecs: readonly Codec[];
  readonly ptimeMs: number | null;
  readonly direction: Direction;
}

export type SdpResult = { readonly ok: true; readonly value: SessionDescription } | { readonly ok: false; readonly reason: string };

const maxOctets = 2000;
const maxLines = 64;
const maxCodecs = 16;

/** RFC 3551 table 4, as far as gateways use it: [name, clock rate]. */
const staticCodecs: ReadonlyMap<number, readonly [string, number]> = new Map([
  [0, ["PCMU", 8000]],
  [3, ["GSM", 8000]],
  [4, ["G723", 8000]],
  [8, ["PCMA", 8000]],
  [9, ["G722", 8000]],
  [13, ["CN", 8000]],
  [15, ["G728", 8000]],
  [18, ["G729", 8000]],
]);

export function payloadTypeOf(codec: string): number | null {
  for (const [payloadType, [name]] of staticCodecs) if (name === codec.toUpperCase()) return payloadType;
  return null;
}

const directions: readonly string[] = ["sendrecv", "sendonly", "recvonly", "inactive"];
const addressLine = /^IN IP([46]) ([0-9A-Za-z.:-]{1,255})(?:\/\d{1,3})?$/;

function failure(reason: string): SdpResult {
  return { ok: false, reason };
}

interface Draft {
  origin: { sessionId: string; version: string } | null;
  sessionHost: string | null;
  mediaHost: string | null;
  media: { port: number; payloadTypes: number[] } | null;
  names: Map<number, { name: string; clockRate: number }>;
  ptimeMs: number | null;
  direction: Direction;
}

export function parseSessionDescription(text: string): SdpResult {
  if (text.length > maxOctets) return failure(`longer than ${maxOctets} octets`);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length > maxLines) return failure(`more than ${maxLines} lines`);
  if (lines[0]?.trim() !== "v=0") return failure("does not begin with v=0");
  const draft: Draft = {
    origin: null,
    sessionHost: null,
    mediaHost: null,
    media: null,
    names: new Map(),
    ptimeMs: null,
    direction: "sendrecv",
  };
  let audio = true;
  for (const line of lines.slice(1)) {
    const match = /^([a-z])=(.*)$/.exec(line.trim());
    if (match === null) return failure("a line is not <letter>=<value>");
    const [, letter, value] = match as unknown as [string, string, string];
    if (letter === "m") audio = value.startsWith("audio ") && draft.media === null;
    if (!audio) continue;
    const problem = readLine(draft, letter, value);
    if (problem !== null) return failure(problem);
  }
  return finished(draft);
}

function readLine(draft: Draft, letter: string, value: string): string | null {
  switch (letter) {
    case "o": {
      const fields = value.split(" ");
      if (fields.length !== 6 || !/^[0-9A-Za-z]{1,32}$/.test(fields[1] as string) || !/^\d{1,20}$/.test(fields[2] as string))
        return "bad o=";
      draft.origin = { sessionId: fields[1] as string, version: fields[2] as string };
      return null;
    }
    case "c": {
      const match = addressLine.exec(value);
      if (match === null) return "bad c=";
      if (draft.media === null) draft.sessionHost = match[2] as string;
      else draft.mediaHost = match[2] as string;
      return null;
    }
    case "m": {
      const match = /^audio (\d{1,5})(?:\/\d+)? RTP\/S?AVPF? (\d{1,3}(?: \d{1,3})*) ?$/.exec(value);
      const port = Number(match?.[1]);
      const payloadTypes = match?.[2]?.split(" ").map(Number) ?? [];
      if (match === null || port > 65535 || payloadTypes.length > maxCodecs || payloadTypes.some((type) => type > 127)) return "bad m=";
      draft.media = { port, payloadTypes };
      return null;
    }
    case "a":
      return readAttribute(draft, value);
    default:
      return null;
  }
}

function readAttribute(draft: Draft, value: string): string | null {
  if (directions.includes(value)) draft.direction = value as Direction;
  const map = /^rtpmap:(\d{1,3}) ([\x21-\x2e\x30-\x7e]{1,32})(?:\/(\d{1,6}))?(?:\/\d+)?$/.exec(value);
  if (map !== null) draft.names.set(Number(map[1]), { name: map[2] as string, clockRate: map[3] === undefined ? 8000 : Number(map[3]) });
  else if (value.startsWith("rtpmap:")) return "bad a=rtpmap";
  const ptime = /^ptime:(\d{1,4})$/.exec(value);
  if (ptime !== null) draft.ptimeMs = Number(ptime[1]);
  else if (value.startsWith("ptime:")) return "bad a=ptime";
  return null;
}

function finished(draft: Draft): SdpResult {
  const host = draft.mediaHost ?? draft.sessionHost;
  if (host === null) return failure("no c= for the audio stream");
  if (draft.media === null) return failure("no m=audio");
  const codecs = draft.media.payloadTypes.map((payloadType): Codec => {
    const named = draft.names.get(payloadType);
    const fixed = staticCodecs.get(payloadType);
    return { payloadType, name: named?.name ?? fixed?.[0] ?? null, clockRate: named?.clockRate ?? fixed?.[1] ?? null };
  });
  const { sessionId, version } = draft.origin ?? { sessionId: "0", version: "0" };
  return {
    ok: true,
    value: { sessionId, version, host, port: draft.media.port, codecs, ptimeMs: draft.ptimeMs, direction: draft.direction },
  };
}

export function printSessionDescription(description: SessionDescription): string {
  const family = description.host.includes(":") ? "IP6" : "IP4";
  const lines = [
    "v=0",
    `o=- ${description.sessionId} ${description.version} IN ${family} ${description.host}`,
    "s=-",
    `c=IN ${family} ${description.host}`,
    "t=0 0",
    `m=audio ${description.port} RTP/AVP ${description.codecs.map((codec) => codec.payloadType).join(" ")}`,
  ];
  for (const codec of description.codecs) {
    if (codec.name !== null) lines.push(`a=rtpmap:${codec.payloadType} ${codec.name}/${codec.clockRate ?? 8000}`);
  }
  if (description.ptimeMs !== null) lines.push(`a=ptime:${description.ptimeMs}`);
  if (description.direction !== "sendrecv") lines.push(`a=${description.direction}`);
  return `${lines.join("\r\n")}\r\n`;
}

/** One stream of a static codec, as Tandem's own nodes write it. */
export function audioDescription(sessionId: string, host: string, port: number, codec: string, ptimeMs: number): SessionDescription {
  const payloadType = payloadTypeOf(codec) ?? 0;
  return {
    sessionId,
    version: "1",
    host,
    port,
    codecs: [{ payloadType, name: codec, clockRate: 8000 }],
    ptimeMs,
    direction: "sendrecv",
  };
}
