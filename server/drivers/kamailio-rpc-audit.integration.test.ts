/** The JSON-RPC auditor: Kamailio 5.6.3's answers as recorded, from an HTTP server that also misbehaves. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../runtime/clock.ts";
import { createKamailioRpcAuditor, type KamailioRpcOptions } from "./kamailio-rpc-audit.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function auditorOf(listener: RequestListener, options: Partial<KamailioRpcOptions> = {}) {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/RPC`;
  return createKamailioRpcAuditor({ gateway: "kam-1", clock: systemClock(), url, authorization: null, deadlineMs: 500, ...options });
}

/** As recorded; only the stamps are today's. */
function call(state: number, ageSeconds: number, callId = "2-20420@127.0.0.1") {
  const start = Math.floor(Date.now() / 1000) - ageSeconds;
  return {
    h_entry: 812,
    h_id: 9754,
    ref: 2,
    "call-id": callId,
    from_uri: "sip:2001@127.0.0.1:25071",
    to_uri: "sip:bob@127.0.0.1:25060",
    state,
    start_ts: state >= 3 ? start : 0,
    init_ts: start - 4,
    end_ts: 0,
    duration: state >= 3 ? ageSeconds : 0,
    timeout: start + 43_200,
    lifetime: 43_200,
    dflags: 513,
    sflags: 0,
    iflags: 0,
    caller: { tag: "20420SIPpTag002", contact: "sip:2001@127.0.0.1:25071", cseq: "1", route_set: "", socket: "udp:127.0.0.1:25060" },
    callee: {
      tag: state >= 2 ? "t2" : "",
      contact: state >= 3 ? "sip:127.0.0.1:25072;transport=UDP" : "",
      cseq: "0",
      route_set: "",
      socket: "",
    },
    profiles: [],
    variables: [],
  };
}

const answer = (result: unknown): RequestListener => {
  return (_request, response) => void response.end(JSON.stringify({ jsonrpc: "2.0", result, id: 1 }));
};

describe("dlg.list", () => {
  test("tells each call as two legs, since when and with whom", async () => {
    const auditor = await auditorOf(answer([call(4, 10)]));
    const result = await auditor.audit("full");
    expect(result).toMatchObject({
      complete: true,
      tellsBoot: false,
      rowsRead: 2,
      packets: 1,
      columns: [{ column: "dlg.list", reachedEnd: true }],
    });
    const [caller, callee] = result.rows;
    expect(caller).toMatchObject({
      gateway: "kam-1",
      source: "rpc",
      callId: "2-20420@127.0.0.1",
      state: "active",
      origin: "answer",
      localNumber: "2001",
      peerNumber: "bob",
      endpoint: "2001@127.0.0.1:25071",
      codec: null,
      detail: { setupFrom: "gateway-clock", connectFrom: "gateway-clock" },
    });
    expect(callee).toMatchObject({ origin: "originate", localNumber: "bob", peerNumber: "2001", endpoint: "127.0.0.1:25072" });
    expect(Math.abs(caller!.connectAt! - (Date.now() - 10_000))).toBeLessThan(2_000);
    expect(caller!.setupAt).toBe(caller!.connectAt! - 4_000);
    expect(caller!.clockErrorMs).toBeGreaterThanOrEqual(1_000);
    expect(auditor.profile()).toMatchObject({ name: "kamailio-rpc", protocol: "rpc", says: { connect: "start_ts" } });
    const again = await auditor.audit("full");
    expect(again.rows.map(({ index }) => index)).toEqual(result.rows.map(({ index }) => index));
  });

  test("calls that ring have no answer yet; those that ended are no rows; the callee is nobody before it answers", async () => {
    const auditor = await auditorOf(answer([call(1, 1, "a"), call(2, 1, "b"), call(3, 1, "c"), call(5, 1, "d")]));
    const { rows } = await auditor.audit("full");
    expect(rows.map(({ callId, origin, state, connectAt }) => [callId, origin, state, connectAt !== null])).toEqual([
      ["a", "answer", "connecting", false],
      ["b", "answer", "connecting", false],
      ["b", "originate", "connecting", false],
      ["c", "answer", "active", true],
      ["c", "originate", "active", true],
    ]);
  });

  test("no calls at all is complete; so is one call without a list around it", async () => {
    expect(await (await auditorOf(answer([]))).audit("full")).toMatchObject({ complete: true, rows: [], bootEpoch: 0 });
    expect(await (await auditorOf(answer(call(4, 1)))).audit("full")).toMatchObject({ complete: true, rowsRead: 2 });
  });

  test("a proxy whose clock goes wrong by a minute is put right by its own durations", async () => {
    const ahead = { ...call(4, 10), start_ts: Math.floor(Date.now() / 1000) + 50, init_ts: Math.floor(Date.now() / 1000) + 50 };
    const auditor = await auditorOf(answer([ahead]));
    const [row] = (await auditor.audit("full")).rows;
    expect(Math.abs(row!.connectAt! - (Date.now() - 10_000))).toBeLessThan(2_500);
    expect(auditor.profile()?.notes.join()).toMatch(/clock is \d+ s ahead/);
  });

  test("history asks nothing", async () => {
    const auditor = await auditorOf(() => expect.unreachable());
    expect(await auditor.audit("history")).toMatchObject({ complete: true, ended: [], packets: 0 });
  });
});

describe("what is not told", () => {
  test.each<[string, RequestListener, string, string]>([
    [
      "a JSON-RPC error",
      (_, response) => void response.writeHead(500).end('{"error":{"code":500,"message":"Method Not Found"}}'),
      "refused",
      "Method Not Found",
    ],
    ["no credentials", (_, response) => void response.writeHead(401).end(), "unauthorized", "HTTP 401"],
    ["a page", (_, response) => void response.end("<html>"), "malformed", "no JSON-RPC"],
    ["another status", (_, response) => void response.writeHead(404).end("Not Found"), "refused", "HTTP 404"],
    ["a result of another kind", answer("kamailio"), "malformed", "a list of dialogs"],
    ["a list with something else", answer([call(4, 1), { odd: true }]), "malformed", "1 dialogs of the list"],
    ["a way elsewhere", (_, response) => void response.writeHead(302, { location: "/" }).end(), "refused", "HTTP 302"],
    ["silence", () => undefined, "timeout", "no answer"],
  ])("%s", async (_what, listener, failureKind, sentence) => {
    const result = await (await auditorOf(listener)).audit("full");
    expect(result).toMatchObject({ complete: false, failureKind });
    expect(result.incompleteBecause).toContain(sentence);
  });

  test("5060, which fetch would refuse as a bad port, is asked all the same", async () => {
    const nobody = createKamailioRpcAuditor({ gateway: "k", clock: systemClock(), url: "http://127.0.0.9:5060/RPC", authorization: null });
    expect(await nobody.audit("full")).toMatchObject({ incompleteBecause: "no connection to 127.0.0.9:5060: ECONNREFUSED" });
  });

  test("nobody there; and an authorization is sent, but never shown", async () => {
    const nobody = createKamailioRpcAuditor({ gateway: "k", clock: systemClock(), url: "http://127.0.0.1:9/RPC", authorization: null });
    expect(await nobody.audit("full")).toMatchObject({ complete: false, failureKind: expect.stringMatching(/refused|other/) });
    const seen: string[] = [];
    let sent: string | undefined;
    const listener: RequestListener = (request, response) => {
      sent = request.headers.authorization;
      answer([])(request, response as never);
    };
    const auditor = await auditorOf(listener, { authorization: "Bearer secret" });
    await auditor.audit("full", { onExchange: ({ text }) => seen.push(text) });
    expect(sent).toBe("Bearer secret");
    expect(seen).toHaveLength(2);
    expect(seen.join()).not.toContain("secret");
  });
});
