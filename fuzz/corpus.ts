/**
 * Reads the files of real messages. Text: one message after another, a line `====` between them, every line end becomes CRLF.
 * Octets: one message a line in hexadecimal; a line that begins with # says what follows.
 */
import { readFileSync } from "node:fs";
import { latin1 } from "./mutations/mutation.ts";

function read(name: string): string {
  return readFileSync(new URL(`./corpus/${name}`, import.meta.url), "utf8");
}

export function textCorpus(name: string): Uint8Array[] {
  return read(name)
    .split(/^====\n/m)
    .map((message) => latin1(message.replaceAll("\n", "\r\n")));
}

export function hexCorpus(name: string): Uint8Array[] {
  return read(name)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(octetsOfHex);
}

export function octetsOfHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}
