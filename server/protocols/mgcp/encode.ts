/** Messages → text. The parameter order is fixed, lines end in CRLF, a session description follows one blank line. */
import type { Command, IdRange, Message, Parameters, Response } from "./message.ts";
import { anyCodecs, parameterCodecs, wireName } from "./parameter.ts";

/** A line break or control character in a value would let it forge further lines; a tab is blank space as any other (RFC 3435 3.1). */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f]+/g, " ");
}

/** Asked for every message, so that the table is not taken apart each time. */
const linesInOrder = Object.entries(anyCodecs).flatMap(([code, codec]) =>
  codec === undefined ? [] : [{ key: codec.key, print: codec.print, name: wireName[code] ?? code }],
);

function parameterLines(parameters: Parameters): string[] {
  const lines: string[] = [];
  for (const { key, print, name } of linesInOrder) {
    const value = parameters[key];
    if (value === undefined) continue;
    for (const text of print(value as never)) lines.push(`${name}: ${clean(text)}`.trimEnd());
  }
  for (const [name, value] of parameters.others ?? []) lines.push(`${clean(name)}: ${clean(value)}`.trimEnd());
  return lines;
}

function headerLine(message: Message): string {
  if (message.kind === "command") {
    return clean(
      `${message.verb} ${message.transactionId} ${message.endpoint} MGCP 1.0${message.profile === "" ? "" : ` ${message.profile}`}`,
    );
  }
  const code = String(message.code).padStart(3, "0");
  const packageName = message.package === null ? "" : ` /${message.package}`;
  return clean(`${code} ${message.transactionId}${packageName}${message.comment === "" ? "" : ` ${message.comment}`}`);
}

export function encodeMessage(message: Message): string {
  const lines = [headerLine(message), ...parameterLines(message.parameters)];
  const bodies = message.bodies.map((body) => `\r\n${body.trimEnd().replace(/\r?\n/g, "\r\n")}\r\n`);
  return `${lines.join("\r\n")}\r\n${bodies.join("")}`;
}

/** Adds `K:` to an encoded command, where it stands among its lines: first. */
export function insertConfirmed(text: string, confirmed: readonly IdRange[]): string {
  const head = text.indexOf("\r\n") + 2;
  return `${text.slice(0, head)}K: ${parameterCodecs.K.print(confirmed).join("")}\r\n${text.slice(head)}`;
}

/** Several messages in one datagram. */
export function piggyback(messages: readonly string[]): string {
  return messages.join(".\r\n");
}

export function command(
  verb: Command["verb"],
  endpoint: string,
  parameters: Parameters,
  body: string | null = null,
): Omit<Command, "transactionId"> {
  return { kind: "command", verb, endpoint, profile: "", parameters, bodies: body === null ? [] : [body] };
}

export function response(
  code: number,
  transactionId: number,
  comment: string,
  parameters: Parameters = {},
  bodies: readonly string[] = [],
): Response {
  return { kind: "response", code, transactionId, package: null, comment, parameters, bodies };
}
