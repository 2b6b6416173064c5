/**
 * The console's pages over made-up data, for looking at them: `npx tsx e2e/mock-console/server.ts [port] [--built]`.
 * Plain HTTP on the same port: POST /mock/scenario/<name>, /mock/pause, /mock/resume.
 */
import { createServer } from "node:http";
import { initTRPC, tracked } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import type { RecordQuery } from "../../server/operations/console-view.ts";
import { FakeOperations } from "./fake-operations.ts";
import { connections, type Scenario, snapshot } from "./fake-site.ts";
import { openPages } from "./pages.ts";

interface LinkInput {
  readonly a: string;
  readonly b: string;
  readonly path: 1 | 2 | "all";
  readonly oneWay: boolean;
}

const port = Number(process.argv[2] ?? 3999);
let scenario = (process.env.SCENARIO ?? "well") as Scenario;
let paused = false;
let rows = 118;

const fake = new FakeOperations();
const t = initTRPC.create();
/** Whatever the page sends: the mock is for looking, the real router checks. */
const asking = <Input>() => t.procedure.input((value) => value as Input);
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const router = t.router({
  live: t.procedure
    .input((value) => value)
    .subscription(async function* ({ signal }) {
      while (!signal?.aborted) {
        if (!paused) {
          const at = Date.now();
          const now = {
            ...snapshot(at, scenario),
            failover: fake.newest(at),
            lab: scenario === "no-lab" ? null : fake.lab(at),
            records: { stored: fake.records.length, completeTo: at - 4000, waiting: 0 },
          };
          yield tracked(String(now.sequence), now);
        }
        await rest(1000);
      }
    }),
  failovers: t.router({
    list: asking<unknown>().query(() => fake.summaries(Date.now())),
    get: asking<{ id: string }>().query(({ input }) => {
      const found = fake.reports(Date.now()).find((report) => report.id === input.id);
      if (!found) throw new Error(`no failover ${input.id}`);
      return found;
    }),
  }),
  events: t.router({
    list: asking<{ before?: number | null }>().query(({ input }) =>
      fake.events(Date.now()).filter((event) => event.wall < (input.before ?? Number.POSITIVE_INFINITY)),
    ),
  }),
  switchover: t.router({
    plan: asking<{ to: string | null }>().query(({ input }) => fake.plan(input.to)),
    execute: asking<{ planId: string; to: string; switchoverId: string }>().mutation(({ input }) => {
      fake.startFailover();
      return { accepted: true, switchoverId: input.switchoverId, plan: null, blockers: [] };
    }),
  }),
  records: t.router({
    search: asking<{ query: RecordQuery; cursor?: string | null; limit: number }>().query(({ input }) =>
      fake.search(input.query, input.cursor ?? null, input.limit),
    ),
    get: asking<{ callId: string }>().query(({ input }) => {
      const found = fake.records.find((record) => record.callId === input.callId);
      if (!found) throw new Error(`no record ${input.callId}`);
      return found;
    }),
    histogram: asking<{ query: RecordQuery }>().query(({ input }) => fake.histogram(input.query)),
  }),
  lab: t.router({
    kill: asking<{ node: string }>().mutation(({ input }) => fake.act("kill", input.node)),
    freeze: asking<{ node: string }>().mutation(({ input }) => fake.act("freeze", input.node)),
    thaw: asking<{ node: string }>().mutation(({ input }) => fake.act("thaw", input.node)),
    restart: asking<{ node: string }>().mutation(({ input }) => fake.act("restart", input.node)),
    cut: asking<LinkInput>().mutation(({ input }) => fake.link("cut", input)),
    heal: asking<LinkInput>().mutation(({ input }) => fake.link("heal", input)),
    traffic: asking<{ calls: number }>().mutation(({ input }) => fake.setTraffic(input.calls)),
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

const pages = await openPages(process.env.MOCK_PAGES);
const http = createServer((request, response) => {
  const control = /^\/mock\/(scenario|rows|pause|resume|failover)\/?(.*)$/.exec(request.url ?? "");
  if (control === null) {
    pages.handle(request, response);
    return;
  }
  if (control[1] === "scenario") scenario = control[2] as Scenario;
  if (control[1] === "rows") rows = Number(control[2]);
  if (control[1] === "failover") fake.startFailover();
  if (control[1] === "pause") paused = true;
  if (control[1] === "resume") paused = false;
  response.end("ok\n");
});
const sockets = new WebSocketServer({ noServer: true });
applyWSSHandler({ wss: sockets, router, keepAlive: { enabled: true, pingMs: 2000, pongWaitMs: 2000 } });
http.on("upgrade", (request, socket, head) => {
  if (request.url?.startsWith("/trpc")) sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws, request));
  else pages.upgrade(request, socket, head);
});
http.listen(port, "127.0.0.1", () => process.stdout.write(`mock console on http://127.0.0.1:${port}\n`));
