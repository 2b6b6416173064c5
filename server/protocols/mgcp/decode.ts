/**
 * Datagram → messages. Total: any octets give a list of results, each a message or a `Malformed` with the return code it deserves.
 * Messages of one datagram are separated by a line holding a single dot (RFC 3435 3.5.5) and stand for themselves.
 * Tolerated beyond the RFC: bare LF, lower case, missing last line end, and a line that begins with blank space continuing the one before.
 */

import { parseEndpointName } from "./endpoint-name.ts";
import {
  type Command,
  type Decoded,
  limits,
  type Malformed,
  maxTransactionId,
  type Parameters,
  type Response,
  type Verb,
  verbs,
} from "./message.ts";
import { anyCodecs } from "./parameter.ts";
import { textOf } from "./text.ts";

export type DecodeResult = Decoded | Malformed;

export function decodeDatagram(octets: Uint8Array): DecodeResult[] {
  if (octets.length > limits.datagramOctets) return [malformed(510, null, `longer than ${limits.datagramOctets} octets`)];
  return decodeText(textOf(octets));
}

/** The same of a datagram that was made into text already, one character an octet. */
export function decodeText(text: string): DecodeResult[] {
  if (text.length > limits.datagramOctets) return [malformed(510, null, `longer than ${limits.datagramOctets} octets`)];
  const parts = splitPiggybacked(text);
  if (parts.length > limits.messages) return [malformed(510, null, `more than ${limits.messages} messages`)];
  return parts.map(decodeMessage);
}

/** Splits at lines that hold a single dot; each part keeps its own octets exactly. */
function splitPiggybacked(text: string): string[] {
  if (!text.startsWith(".") && !text.includes("\n.")) return [text];
  const parts: string[] = [];
  let start = 0;
  for (const match of text.matchAll(/(?:^|(?<=\n))\.[ \t]*(?:\r?\n|$)/g)) {
    parts.push(text.slice(start, match.index));
    start = match.index + match[0].length;
  }
  if (start < text.length || parts.length === 0) parts.push(text.slice(start));
  return parts;
}

function malformed(code: number, transactionId: number | null, reason: string): Malformed {
  return { ok: false, code, transactionId, reason };
}

/** One message; `raw` is kept for the MAC. */
export function decodeMessage(raw: string): DecodeResult {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)/.test(raw)) return malformed(510, null, "control character");
  const lines = raw.split(/\r?\n/);
  if (lines.length > limits.lines) return malformed(510, null, `more than ${limits.lines} lines`);
  const header = (lines[0] ?? "").trim();
  if (header === "") return malformed(510, null, "empty message");
  const start = /^\d{3}(\s|$)/.test(header) ? parseResponseLine(header) : parseCommandLine(header);
  if (!start.ok) return start;
  const content = parseContent(lines, start.transactionId);
  if (!content.ok) return content;
  const { parameters, bodies } = content;
  if (start.kind === "command" && bodies.length > 1) return malformed(510, start.transactionId, "more than one session description");
  const { ok: _, ...line } = start;
  return { ok: true, raw, message: { ...line, parameters, bodies } as Command | Response };
}

type CommandLine = { readonly ok: true } & Pick<Command, "kind" | "verb" | "transactionId" | "endpoint" | "profile">;
type ResponseLine = { readonly ok: true } & Pick<Response, "kind" | "code" | "transactionId" | "package" | "comment">;

function parseCommandLine(line: string): CommandLine | Malformed {
  const match = /^([A-Za-z0-9]{4})\s+(\S+)(?:\s+(\S+))?(?:\s+(.*))?$/.exec(line);
  if (match === null) return malformed(510, null, "no command line");
  const [, verbText = "", idText = "", endpoint = "", version = ""] = match;
  const transactionId = /^\d{1,9}$/.test(idText) ? Number(idText) : 0;
  if (transactionId < 1 || transactionId > maxTransactionId) return malformed(510, null, "no transaction id in 1..999999999");
  const verb = verbText.toUpperCase() as Verb;
  if (!verbs.includes(verb)) return malformed(504, transactionId, `unknown command ${verbText}`);
  if (parseEndpointName(endpoint) === null) return malformed(500, transactionId, "no valid endpoint name");
  const versionMatch = /^MGCP\s+(\d{1,2}\.\d{1,2})(?:\s+(.*))?$/i.exec(version.trim());
  if (versionMatch === null) return malformed(510, transactionId, "no protocol version");
  if (versionMatch[1] !== "1.0" && versionMatch[1] !== "0.1") return malformed(528, transactionId, `MGCP ${versionMatch[1]}`);
  return { ok: true, kind: "command", verb, transactionId, endpoint, profile: versionMatch[2]?.trim() ?? "" };
}

function parseResponseLine(line: string): ResponseLine | Malformed {
  const match = /^(\d{3})\s+(\d{1,9})(?:\s+(.*))?$/.exec(line);
  const transactionId = Number(match?.[2]);
  if (match === null || transactionId < 1) return malformed(510, null, "no response line");
  const rest = match[3]?.trim() ?? "";
  const packageMatch = /^\/([A-Za-z0-9-]{1,32})(?:\s+(.*))?$/.exec(rest);
  const comment = (packageMatch === null ? rest : (packageMatch[2] ?? "")).slice(0, 200).trimEnd();
  return { ok: true, kind: "response", code: Number(match[1]), transactionId, package: packageMatch?.[1] ?? null, comment };
}

interface Content {
  readonly ok: true;
  readonly parameters: Parameters;
  readonly bodies: string[];
}

function parseContent(lines: readonly string[], transactionId: number): Content | Malformed {
  const unfolded: string[] = [];
  let at = 1;
  for (; at < lines.length && (lines[at] as string).trim() !== ""; at++) {
    const line = lines[at] as string;
    if (/^[ \t]/.test(line) && unfolded.length > 0) unfolded[unfolded.length - 1] += line.trim();
    else unfolded.push(line.trim());
  }
  if (unfolded.length > limits.parameters) return malformed(510, transactionId, `more than ${limits.parameters} parameter lines`);
  const values: Record<string, unknown> = {};
  const others: [string, string][] = [];
  for (const line of unfolded) {
    const problem = parseParameter(line, values, others);
    if (problem !== null) return malformed(problem.code, transactionId, problem.reason);
  }
  const bodies = splitBodies(lines.slice(at));
  if (bodies.length > limits.bodies) return malformed(510, transactionId, "too many session descriptions");
  return { ok: true, parameters: (others.length > 0 ? { ...values, others } : values) as Parameters, bodies };
}

function parseParameter(
  line: string,
  values: Record<string, unknown>,
  others: [string, string][],
): { code: number; reason: string } | null {
  const colon = line.indexOf(":");
  const name = line.slice(0, colon).trim();
  if (colon < 1 || !/^[A-Za-z0-9][A-Za-z0-9+/-]{0,63}$/.test(name)) return { code: 510, reason: "no parameter line" };
  const text = line.slice(colon + 1).trim();
  const code = name.toUpperCase();
  const codec = Object.hasOwn(anyCodecs, code) ? anyCodecs[code] : undefined;
  if (codec === undefined) {
    others.push([name, text]);
    return null;
  }
  const value = codec.parse(text, values[codec.key] as never);
  if (value === null) return { code: codec.code, reason: `bad ${code}` };
  values[codec.key] = value;
  return null;
}

/** Session descriptions follow blank lines; each begins with `v=`. */
function splitBodies(lines: readonly string[]): string[] {
  const bodies: string[] = [];
  let body: string[] = [];
  for (const line of [...lines, ""]) {
    if (line.trim() !== "") body.push(line.trimEnd());
    else if (body.length > 0) {
      bodies.push(`${body.join("\r\n")}\r\n`);
      body = [];
    }
  }
  return bodies;
}

/** Parameters that a receiver must refuse: a critical extension it does not know (511), or a parameter outside the RFC (539). */
export function refusedParameter(parameters: Parameters, known: readonly string[]): { code: number; name: string } | null {
  for (const [name] of parameters.others ?? []) {
    if (known.some((other) => other.toLowerCase() === name.toLowerCase())) continue;
    if (/^x\+/i.test(name)) return { code: 511, name };
    if (!/^x-/i.test(name)) return { code: 539, name };
  }
  return null;
}
