/** SIP messages → octet text. Content-Length is always written, last; a line break in a value cannot forge a header. */
import type { SipMessage } from "./message.ts";
import { octetsOfText } from "./octet-text.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
const controls = /[\x00-\x1f\x7f]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const anyControl = /[\x00-\x1f\x7f]/;

function clean(text: string): string {
  return anyControl.test(text) ? text.replace(controls, " ") : text;
}

export function encodeMessage(message: SipMessage): string {
  let head =
    message.kind === "request"
      ? `${clean(message.method)} ${clean(message.uri)} SIP/2.0`
      : `SIP/2.0 ${message.status} ${clean(message.reason)}`;
  for (const [name, value] of message.headers) {
    if (name !== "Content-Length") head += `\r\n${clean(name)}: ${clean(value)}`;
  }
  const body = octetsOfText(message.body);
  return `${octetsOfText(head)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** The message as a person may see it: without what proves who somebody is. */
export function readableMessage(message: SipMessage): string {
  const headers = message.headers.map(([name, value]): readonly [string, string] => {
    return name === "Authorization" || name === "Proxy-Authorization" ? [name, "(left out)"] : [name, value];
  });
  return encodeMessage({ ...message, headers });
}
