/**
 * Cuts a TCP stream into SIP messages by Content-Length (RFC 3261 18.3, 7.5). A stream that is not understood cannot be found into again:
 * it is broken, and its connection ends. What is kept while a message is not whole is bounded.
 */
import { decodeHead, type Head, withBody } from "./decode.ts";
import { limits, type SipMessage } from "./message.ts";

export type Framed =
  | { readonly kind: "message"; readonly message: SipMessage }
  /** RFC 5626 4.4.1: two line ends between messages; answered by one. */
  | { readonly kind: "ping" }
  | { readonly kind: "broken"; readonly reason: string };

export class StreamFramer {
  readonly #maxBodyOctets: number;
  /** What is not a whole message yet; joined only when it may be one. */
  #pieces: string[] = [];
  #held = 0;
  #head: Head | null = null;
  /** Fewer octets than this cannot complete anything. */
  #wanted = 1;
  #broken = false;

  constructor(maxBodyOctets: number = limits.bodyOctets) {
    this.#maxBodyOctets = maxBodyOctets;
  }

  /** Octets kept for a message that is not whole. */
  get held(): number {
    return this.#held;
  }

  push(octets: string): Framed[] {
    if (this.#broken) return [];
    this.#pieces.push(octets);
    this.#held += octets.length;
    if (this.#held < this.#wanted) return [];
    const framed: Framed[] = [];
    let text = this.#pieces.join("");
    for (;;) {
      const step = this.#head === null ? this.#readHead(text) : this.#readBody(text, this.#head);
      if (step === null) break;
      if (step.framed !== null) framed.push(step.framed);
      if (this.#broken) return framed;
      text = step.rest;
    }
    this.#pieces = text === "" ? [] : [text];
    this.#held = text.length;
    return framed;
  }

  #breakOff(reason: string): { framed: Framed; rest: string } {
    this.#broken = true;
    this.#pieces = [];
    this.#held = 0;
    return { framed: { kind: "broken", reason }, rest: "" };
  }

  #readHead(text: string): { framed: Framed | null; rest: string } | null {
    if (text.startsWith("\r\n\r\n")) return { framed: { kind: "ping" }, rest: text.slice(4) };
    if (text.startsWith("\r\n") && text.length > 2 && text[2] !== "\r") return { framed: null, rest: text.slice(2) };
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      this.#wanted = text.length + 1;
      return text.length > limits.headOctets ? this.#breakOff(`a head of more than ${limits.headOctets} octets`) : null;
    }
    const head = decodeHead(text.slice(0, end));
    if (!head.ok) return this.#breakOff(head.reason);
    if (head.contentLength === null) return this.#breakOff("no Content-Length on a stream");
    if (head.contentLength > this.#maxBodyOctets) return this.#breakOff(`a body of more than ${this.#maxBodyOctets} octets`);
    this.#head = head;
    this.#wanted = head.contentLength;
    return { framed: null, rest: text.slice(end + 4) };
  }

  #readBody(text: string, head: Head): { framed: Framed; rest: string } | null {
    const length = head.contentLength ?? 0;
    if (text.length < length) return null;
    this.#head = null;
    this.#wanted = 1;
    return { framed: { kind: "message", message: withBody(head, text.slice(0, length)) }, rest: text.slice(length) };
  }
}
