/**
 * Asks gear that has a VTY (a command line over TCP, telnet style) for the output of fixed commands. A connection for each visit, one deadline
 * over all of it, a bound on what is read. The prompt is learnt from the greeting, and only its return ends an answer: an answer that was cut
 * is an error, never a short answer. Commands are constants of ours and only show things.
 */
import { connect, type Socket } from "node:net";
import type { HostPort } from "../core/site/site.ts";

export type VtyAnswer =
  | { readonly ok: true; readonly texts: readonly string[] }
  | { readonly ok: false; readonly reason: "refused" | "timeout" | "closed" | "too-large"; readonly text: string };

export interface VtyVisit {
  readonly at: HostPort;
  readonly commands: readonly string[];
  readonly deadlineMs: number;
  readonly maxOctets: number;
}

/** No paging. */
const preamble = "terminal length 0";
const promptAtEnd = /(?:^|[\r\n])([A-Za-z0-9._-]{1,64}[>#]) ?$/;
/** How much of the end is looked at for the prompt. */
const tailOctets = 80;

export function visitVty(visit: VtyVisit): Promise<VtyAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: visit.at.host, port: visit.at.port });
    const finish = (answer: VtyAnswer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(
      () => finish({ ok: false, reason: "timeout", text: `no answer within ${visit.deadlineMs} ms` }),
      visit.deadlineMs,
    );
    socket.once("error", (error: NodeJS.ErrnoException) => finish({ ok: false, reason: "refused", text: error.code ?? error.message }));
    socket.once("close", () => finish({ ok: false, reason: "closed", text: "the connection was closed in the middle of an answer" }));
    converse(socket, visit, finish);
  });
}

function converse(socket: Socket, { commands, maxOctets }: VtyVisit, finish: (answer: VtyAnswer) => void): void {
  const asked = [preamble, ...commands];
  const texts: string[] = [];
  let prompt: string | null = null;
  let next = 0;
  let parts: string[] = [];
  let tail = "";
  let octets = 0;
  const ask = (): void => {
    parts = [];
    tail = "";
    const command = asked[next];
    next += 1;
    if (command === undefined) finish({ ok: true, texts: texts.slice(1) });
    else socket.write(`${command}\r\n`);
  };
  socket.on("data", (data) => {
    octets += data.length;
    if (octets > maxOctets) {
      finish({ ok: false, reason: "too-large", text: `more than ${maxOctets} octets` });
      return;
    }
    const text = withoutTelnet(data);
    parts.push(text);
    tail = (tail + text).slice(-tailOctets);
    const seen = promptAtEnd.exec(tail)?.[1];
    if (seen === undefined || (prompt !== null && seen !== prompt)) return;
    if (prompt !== null) texts.push(answerIn(parts.join(""), prompt, asked[next - 1] ?? ""));
    prompt = seen;
    ask();
  });
}

/** Between the echo of the command and the prompt. */
function answerIn(text: string, prompt: string, command: string): string {
  const body = text.slice(0, text.lastIndexOf(prompt)).replace(/^\s+/, "");
  return body.startsWith(command) ? body.slice(command.length).replace(/^\r?\n/, "") : body;
}

const interpretAsCommand = 0xff;

/** Telnet's own negotiation (RFC 854): IAC, a verb, and for WILL, WONT, DO and DONT an option. Split over two reads it shows as stray characters, which no line of ours begins with. */
function withoutTelnet(data: Buffer): string {
  if (!data.includes(interpretAsCommand)) return data.toString("latin1");
  const kept: number[] = [];
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== interpretAsCommand) kept.push(data[i] as number);
    else i += (data[i + 1] ?? 0) >= 0xfb ? 2 : 1;
  }
  return Buffer.from(kept).toString("latin1");
}
