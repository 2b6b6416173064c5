/** The operator interface over real HTTP, asked by its own client and by worse ones. */
import { request as startRequest } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Counters } from "./counters.ts";
import { createOperatorClient, type OperatorClient } from "./operator-client.ts";
import { maxBodyOctets, OperatorError, type OperatorServer, startOperatorServer } from "./operator-server.ts";

const token = "a-token-that-nobody-guesses";
let server: OperatorServer;
let client: OperatorClient;
let counters: Counters;
let failures: string[] = [];

beforeEach(async () => {
  counters = new Counters();
  failures = [];
  server = await startOperatorServer({
    host: "127.0.0.1",
    port: 0,
    token,
    counters,
    onFailure: (route, error) => failures.push(`${route} ${String(error)}`),
    routes: [
      { method: "GET", path: "/status", handle: () => ({ up: true }) },
      {
        method: "GET",
        path: "/events",
        handle: ({ number }) => ({ after: number("after", { fallback: 0 }), limit: number("limit", { fallback: 100, min: 1, max: 1000 }) }),
      },
      { method: "POST", path: "/echo", handle: async ({ body }) => ({ body }) },
      {
        method: "POST",
        path: "/refuse",
        handle: () => {
          throw new OperatorError(409, "not-primary", "This node is not the primary.");
        },
      },
      {
        method: "GET",
        path: "/broken",
        handle: () => {
          throw new Error("secret detail");
        },
      },
      { method: "GET", path: "/never", handle: () => new Promise(() => {}) },
      { method: "GET", path: "/large", handle: () => ({ text: "x".repeat(100_000) }) },
    ],
  });
  client = createOperatorClient({ host: server.host, port: server.port, token });
});

afterEach(async () => {
  client.close();
  await server.close();
});

/** A request as somebody else would make it. */
function raw(path: string, headers: Record<string, string>, method = "GET", body = ""): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = startRequest({ host: server.host, port: server.port, path, method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

describe("operator interface", () => {
  test("answers, checks numbers, echoes bodies", async () => {
    expect(await client.get("/status")).toEqual({ ok: true, value: { up: true } });
    expect(await client.get("/events?after=5&limit=7")).toEqual({ ok: true, value: { after: 5, limit: 7 } });
    expect(await client.get("/events")).toEqual({ ok: true, value: { after: 0, limit: 100 } });
    expect(await client.post("/echo", { a: ["é", null] })).toEqual({ ok: true, value: { body: { a: ["é", null] } } });
    for (const bad of ["limit=0", "limit=1001", "after=-1", "after=1.5", "after=x", "after="]) {
      expect(await client.get(`/events?${bad}`)).toMatchObject({ ok: false, status: 400, code: "query" });
    }
  });

  test("a handler's refusal keeps its code; a failure shows nothing of itself but to the log", async () => {
    expect(await client.post("/refuse", {})).toEqual({
      ok: false,
      status: 409,
      code: "not-primary",
      message: "This node is not the primary.",
    });
    const broken = await client.get("/broken");
    expect(broken).toMatchObject({ ok: false, status: 500, code: "internal" });
    expect(JSON.stringify(broken)).not.toContain("secret detail");
    expect(failures).toEqual(["GET /broken Error: secret detail"]);
  });

  test("without the right token nothing is told, not even which paths exist", async () => {
    for (const authorization of ["", "Bearer", `Bearer ${token}x`, `Basic ${token}`, `Bearer ${token.slice(0, -1)}`, `bearer ${token}`]) {
      for (const path of ["/status", "/nowhere"]) expect((await raw(path, { authorization })).status).toBe(401);
    }
    expect((await raw("/status", { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  test("a Host header with a name is refused: a web page that rebinds its name reaches nothing", async () => {
    const authorization = `Bearer ${token}`;
    for (const host of [
      `evil.example:${server.port}`,
      "127.0.0.1",
      "127.0.0.1:1",
      `localhost.evil.example:${server.port}`,
      `127.0.0.1.evil.example:${server.port}`,
    ]) {
      expect((await raw("/status", { authorization, host })).status, host).toBe(421);
    }
  });

  test("unknown paths, methods and bodies", async () => {
    expect(await client.get("/nowhere")).toMatchObject({ status: 404, code: "not-found" });
    expect(await client.post("/status", {})).toMatchObject({ status: 405, code: "method" });
    const authorization = `Bearer ${token}`;
    expect((await raw("/echo", { authorization }, "POST", "{no json")).status).toBe(400);
    expect(await raw("/echo", { authorization }, "POST")).toEqual({ status: 200, text: '{"body":null}' });
    expect(await client.post("/echo", "x".repeat(maxBodyOctets))).toMatchObject({ ok: false });
    expect((await raw("/echo", { authorization, "transfer-encoding": "chunked" }, "POST", "1".repeat(20 * maxBodyOctets))).status).toBe(
      413,
    );
  });

  test("bytes that are no HTTP are dropped and counted", async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, server.host, () => socket.write("\u0000\u0001 nonsense\r\n\r\n"));
      let text = "";
      socket.on("data", (part) => {
        text += part.toString("latin1");
      });
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(counters.get("operator.malformed")).toBe(1);
    expect(await client.get("/status")).toMatchObject({ ok: true });
  });

  test("the client gives up in time, refuses what is too large, and says when nobody is there", async () => {
    expect(await client.get("/never", { timeoutMs: 50 })).toMatchObject({ ok: false, status: null, code: "timeout" });
    const modest = createOperatorClient({ host: server.host, port: server.port, token, maxReplyOctets: 1000 });
    expect(await modest.get("/large")).toMatchObject({ ok: false, code: "too-large" });
    modest.close();
    await server.close();
    expect(await client.get("/status")).toEqual({ ok: false, status: null, code: "unreachable", message: "ECONNREFUSED" });
  });

  test("a token that is too short to be one is refused at the start", async () => {
    await expect(startOperatorServer({ host: "127.0.0.1", port: 0, token: "short", routes: [] })).rejects.toThrow("at least 16");
  });
});
