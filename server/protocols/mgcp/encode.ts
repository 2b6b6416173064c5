/** Messages → text. The parameter order is fixed, lines end in CRLF, a session description follows one blank line. */
import type { Command, Message, Parameters, Response } from "./message.ts";
import { anyCodecs, wireName } from "./parameter.ts";

/** A line break or control character in a value would let it forge further lines; a tab is blank space as any other (RFC 3435 3.1). */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f]+/g, " ");
}

function parameterLines(parameters: Parameters): string[] {
  const lines: string[] = [];
  for (const [code, codec] of Object.entries(anyCodecs)) {
    const value = codec === undefined ? undefined : parameters[codec.key];
    if (codec === undefined || value === undefined) continue;
    for (const text of codec.print(value as never)) lines.push(`${wireName[code] ?? code}: ${clean(text)}`.trimEnd());
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
