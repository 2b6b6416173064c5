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
  const plain = telnetFilter();
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
    const text = plain(data);
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
/** WILL, WONT, DO and DONT are followed by an option. */
const firstWithOption = 0xfb;

/** Takes out telnet's own negotiation (RFC 854): IAC, a verb, perhaps an option, wherever the reads cut it. */
function telnetFilter(): (data: Buffer) => string {
  let within: "text" | "verb" | "option" = "text";
  return (data) => {
    if (within === "text" && !data.includes(interpretAsCommand)) return data.toString("latin1");
    const kept: number[] = [];
    for (const octet of data) {
      if (within === "text") {
        if (octet === interpretAsCommand) within = "verb";
        else kept.push(octet);
      } else within = within === "verb" && octet >= firstWithOption && octet !== interpretAsCommand ? "option" : "text";
    }
    return Buffer.from(kept).toString("latin1");
  };
}
