/** A VTY over real TCP: only a whole answer is an answer. */
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { visitVty } from "./vty-client.ts";

let server: Server | null = null;
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
  server = null;
});

const greeting = "\r\nWelcome > here\r\n\xff\xfb\x01\xff\xfe\x22OsmoMGW> ";

/** Telnet's negotiation, cut by the reads as it may be. */
const cutGreeting = ["\r\nWelcome\r\n\xff", "\xfb", "\x01\xff\xfe", '"OsmoMGW> '];

/** @param onLine what is sent back for a line, piece by piece; null ends the connection */
async function vty(
  onLine: (line: string) => readonly string[] | null,
  hello: readonly string[] = [greeting],
): Promise<{ host: string; port: number }> {
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    sendInTurn(socket, hello);
    socket.on("data", (data) => {
      const line = data.toString().trim();
      const pieces = line.startsWith("terminal") ? [`${line}\r\nOsmoMGW> `] : onLine(line);
      if (pieces === null) socket.destroy();
      else sendInTurn(socket, pieces);
    });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return { host: "127.0.0.1", port: (listening.address() as { port: number }).port };
}

function sendInTurn(socket: Socket, pieces: readonly string[]): void {
  const [first, ...rest] = pieces;
  if (first !== undefined) socket.write(first, "latin1", () => setImmediate(() => sendInTurn(socket, rest)));
}

const visit = (at: { host: string; port: number }, more: Partial<Parameters<typeof visitVty>[0]> = {}) =>
  visitVty({ at, commands: ["show mgcp stats"], deadlineMs: 500, maxOctets: 10_000, ...more });

describe("a visit", () => {
  test("gives what stands between the echo and the prompt, however it is cut into pieces", async () => {
    const at = await vty((line) => [`${line}\r\n`, "   Errs: 0->", "0\r\n   CONN: (1/rtp)\r\n", "Osmo", "MGW> "]);
    expect(await visit(at)).toEqual({ ok: true, texts: ["   Errs: 0->0\r\n   CONN: (1/rtp)\r\n"] });
  });

  test("is not misled by telnet's negotiation, wherever it is cut", async () => {
    const at = await vty((line) => [`${line}\r\n\xff`, "\xfc\x01one\r\nOsmoMGW> "], cutGreeting);
    expect(await visit(at)).toEqual({ ok: true, texts: ["one\r\n"] });
  });

  test("asks several things one after another", async () => {
    const at = await vty((line) => [`${line}\r\nanswer to ${line}\r\nOsmoMGW> `]);
    expect(await visit(at, { commands: ["one", "two"] })).toEqual({ ok: true, texts: ["answer to one\r\n", "answer to two\r\n"] });
  });

  test("a line that looks like a prompt, but is not the one of the greeting, ends nothing", async () => {
    const at = await vty((line) => [`${line}\r\nother>`, " more\r\n", "OsmoMGW> "]);
    expect(await visit(at)).toEqual({ ok: true, texts: ["other> more\r\n"] });
  });
});

describe("no answer is taken for a short one", () => {
  test("where the connection ends in the middle", async () => {
    const at = await vty(() => null);
    expect(await visit(at)).toMatchObject({ ok: false, reason: "closed" });
  });

  test("where the prompt does not come back", async () => {
    const at = await vty((line) => [`${line}\r\n   CONN: (1/rtp`]);
    expect(await visit(at)).toMatchObject({ ok: false, reason: "timeout" });
  });

  test("where there is no greeting", async () => {
    expect(await visit(await vty(() => [], []))).toMatchObject({ ok: false, reason: "timeout" });
  });

  test("where it grows past the bound", async () => {
    const at = await vty((line) => [
      `${line}\r\n`,
      ..."x"
        .repeat(30)
        .split("")
        .map(() => "y".repeat(1_000)),
    ]);
    expect(await visit(at)).toMatchObject({ ok: false, reason: "too-large" });
  });

  test("where nobody listens", async () => {
    const at = await vty(() => null);
    await new Promise<void>((resolve) => server?.close(() => resolve()));
    server = null;
    expect(await visit(at)).toMatchObject({ ok: false, reason: "refused", text: "ECONNREFUSED" });
  });
});
