/**
 * The console's pages over made-up data, for looking at them: `npx tsx e2e/mock-console/server.ts [port] [--built]`.
 * Plain HTTP on the same port: POST /mock/scenario/<name>, /mock/pause, /mock/resume.
 */
import { createServer } from "node:http";
import { initTRPC, tracked } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import next from "next";
import { WebSocketServer } from "ws";
import { connections, type Scenario, snapshot } from "./fake-site.ts";

const port = Number(process.argv[2] ?? 3999);
let scenario = (process.env["SCENARIO"] ?? "well") as Scenario;
let paused = false;
let rows = 118;

const t = initTRPC.create();
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const router = t.router({
  live: t.procedure
    .input((value) => value)
    .subscription(async function* ({ signal }) {
      while (!signal?.aborted) {
        if (!paused) {
          const now = snapshot(Date.now(), scenario);
          yield tracked(String(now.sequence), now);
        }
        await rest(1000);
      }
    }),
  connections: t.procedure
    .input((value) => value as { gateway?: string | null; number?: string | null; phase?: string | null })
    .subscription(async function* ({ input, signal }) {
      while (!signal?.aborted) {
        const all = connections(Date.now(), rows);
        const keep = all.callId
          .map((_, row) => row)
          .filter(
            (row) =>
              (!input.gateway || all.gateway[row] === input.gateway) &&
              (!input.phase || all.phase[row] === input.phase) &&
              (!input.number || all.peerNumber[row]?.startsWith(input.number) || all.localNumber[row]?.startsWith(input.number)),
          );
        if (!paused)
          yield Object.fromEntries(
            Object.entries(all).map(([key, value]) => [
              key,
              Array.isArray(value) ? keep.map((row) => value[row]) : key === "total" ? keep.length : value,
            ]),
          );
        await rest(1000);
      }
    }),
});

const app = next({ dev: !process.argv.includes("--built"), port, hostname: "127.0.0.1" });
await app.prepare();
const handle = app.getRequestHandler();
const upgrade = app.getUpgradeHandler();
const http = createServer((request, response) => {
  const control = /^\/mock\/(scenario|rows|pause|resume)\/?(.*)$/.exec(request.url ?? "");
  if (control === null) {
    handle(request, response).catch(() => response.destroy());
    return;
  }
  if (control[1] === "scenario") scenario = control[2] as Scenario;
  if (control[1] === "rows") rows = Number(control[2]);
  if (control[1] === "pause") paused = true;
  if (control[1] === "resume") paused = false;
  response.end("ok\n");
});
const sockets = new WebSocketServer({ noServer: true });
applyWSSHandler({ wss: sockets, router, keepAlive: { enabled: true, pingMs: 2000, pongWaitMs: 2000 } });
http.on("upgrade", (request, socket, head) => {
  if (request.url?.startsWith("/trpc")) sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws, request));
  else upgrade(request, socket, head).catch(() => socket.destroy());
});
http.listen(port, "127.0.0.1", () => process.stdout.write(`mock console on http://127.0.0.1:${port}\n`));
