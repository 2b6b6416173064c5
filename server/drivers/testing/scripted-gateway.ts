/** MGCP gear over UDP whose every habit is scripted: what a real one does only now and then, or only some make does. */
import { createSocket, type Socket } from "node:dgram";
import type { HostPort } from "../../core/site/site.ts";
import { decodeText } from "../../protocols/mgcp/decode.ts";
import { encodeMessage, response } from "../../protocols/mgcp/encode.ts";
import type { Command } from "../../protocols/mgcp/message.ts";

/** What is sent back for a command, in order; null = nothing. */
export type Script = (asked: Command) => readonly string[] | null;

export class ScriptedGateway {
  readonly asked: Command[] = [];
  script: Script;
  /** Only the first of several messages in a datagram is read. */
  firstOnly = false;
  readonly #socket: Socket;

  private constructor(socket: Socket, script: Script) {
    this.#socket = socket;
    this.script = script;
    socket.on("message", (octets, from) => {
      for (const [index, result] of decodeText(octets.toString("latin1")).entries()) {
        if (!result.ok || result.message.kind !== "command" || (this.firstOnly && index > 0)) continue;
        this.asked.push(result.message);
        for (const text of this.script(result.message) ?? []) socket.send(text, from.port, from.address);
      }
    });
  }

  static async open(script: Script): Promise<ScriptedGateway> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return new ScriptedGateway(socket, script);
  }

  get address(): HostPort {
    const { address, port } = this.#socket.address();
    return { host: address, port };
  }

  count(verb: string): number {
    return this.asked.filter((asked) => asked.verb === verb).length;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

export function answer(
  asked: Command,
  code: number,
  parameters: Parameters<typeof response>[3] = {},
  bodies: readonly string[] = [],
): string {
  return encodeMessage(response(code, asked.transactionId, "", parameters, bodies));
}
