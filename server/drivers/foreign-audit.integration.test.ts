/** Habits of MGCP gear that no gear here has: found out, worked around, and never taken for death or for connections that are gone. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { command } from "../protocols/mgcp/encode.ts";
import type { Command } from "../protocols/mgcp/message.ts";
import { auditRange } from "../protocols/mgcp/transaction-range.ts";
import { systemClock } from "../runtime/clock.ts";
import { Counters } from "../runtime/counters.ts";
import { FaultTable } from "../runtime/faults.ts";
import { openPlainMgcpSocket, type PlainMgcpSocket } from "../runtime/plain-mgcp-socket.ts";
import { createForeignAuditor } from "./foreign-audit.ts";
import { type ForeignGear, notifiedEntityAt, point } from "./foreign-mgcp.ts";
import { askForeignGear } from "./mgcp-asker.ts";
import { answer, ScriptedGateway } from "./testing/scripted-gateway.ts";

const clock = systemClock();
const naming = { name: "gw", endpoints: { prefix: "ds/e1-1/", count: 30 }, firstNumber: null };
const authority = { epoch: 7, permit: () => true };
let gateway: ScriptedGateway;
let socket: PlainMgcpSocket;
let counters: Counters;
let faults: FaultTable;
let gear: ForeignGear;
/** Connection ids by endpoint. */
let connections: Map<string, string>;
let notified: string;

const remote = "v=0\r\no=- 2 2 IN IP4 10.0.0.9\r\nc=IN IP4 10.0.0.9\r\nm=audio 5000 RTP/AVP 0\r\n";

/** RFC 3435 by the book. */
function byTheBook(asked: Command): readonly string[] | null {
  const { endpoint, parameters, verb } = asked;
  if (endpoint.startsWith("*") && verb === "AUEP") {
    return [answer(asked, 200, { specificEndpoints: Array.from({ length: 24 }, (_, i) => `ds/e1-1/${i + 1}@gw`) })];
  }
  if (verb === "RQNT") {
    notified = parameters.notifiedEntity ?? notified;
    return [answer(asked, 200)];
  }
  const connectionId = connections.get(endpoint);
  if (verb === "AUEP") {
    const told = { connectionIds: connectionId === undefined ? [] : [connectionId], notifiedEntity: notified };
    return [answer(asked, 200, parameters.requestedInfo === undefined ? {} : told)];
  }
  if (connectionId !== parameters.connectionIds?.[0]) return [answer(asked, 515)];
  return [answer(asked, 200, { callId: "AB", mode: "sendrecv" }, ["v=0\r\n", remote])];
}

beforeEach(async () => {
  connections = new Map([["ds/e1-1/7@gw", "1F"]]);
  notified = "other@[10.0.0.1]:2727";
  gateway = await ScriptedGateway.open(byTheBook);
  counters = new Counters();
  faults = new FaultTable();
  const range = auditRange(0, Date.now());
  socket = await openPlainMgcpSocket({ self: "cs-a", node: "gw", from: "127.0.0.1", to: gateway.address, range, clock, faults, counters });
  gear = { naming, asker: askForeignGear(socket, clock), clock, notifiedEntity: "cs-a@[127.0.0.1]:2727" };
});

afterEach(async () => {
  await socket.close();
  await gateway.close();
});

function auditor() {
  return createForeignAuditor({ gear, authority: () => authority, told: () => [] });
}

describe("gear by the book", () => {
  test("is listed by its wildcard, read whole, pointed here, and says so", async () => {
    const one = auditor();
    const result = await one.audit("full");
    expect(result).toMatchObject({ complete: true, rowsRead: 1 });
    expect(result.rows[0]).toMatchObject({
      endpoint: "ds/e1-1/7@gw",
      callId: "AB",
      remoteAddress: "10.0.0.9:5000",
      localAddress: null,
      codec: null,
    });
    expect(new Set(gateway.asked.map((asked) => asked.endpoint))).not.toContain("ds/e1-1/25@gw");
    expect(one.profile()).toMatchObject({ name: "mgcp-full" });
    expect(gateway.asked.every((asked) => asked.parameters.others === undefined)).toBe(true);
    expect(gateway.asked.every((asked) => asked.verb === "AUEP" || asked.verb === "AUCX")).toBe(true);
    expect(await notifiedEntityAt(gear, "ds/e1-1/1@gw")).toBe("other@[10.0.0.1]:2727");
    expect(await point(gear, authority)).toMatchObject({ kind: "connected" });
    expect(await notifiedEntityAt(gear, "ds/e1-1/1@gw")).toBe("cs-a@[127.0.0.1]:2727");
  });

  test("that loses answers is asked again, under the same id", async () => {
    // By transaction, not by datagram: which of several retransmissions comes third is the scheduler's to say.
    const firsts = new Set<number>();
    gateway.script = (asked) => {
      const again = firsts.has(asked.transactionId);
      firsts.add(asked.transactionId);
      return !again && firsts.size % 3 === 0 ? null : byTheBook(asked);
    };
    expect(await auditor().audit("full")).toMatchObject({ complete: true, rowsRead: 1 });
    expect(firsts.size).toBeGreaterThan(24);
    expect(new Set(gateway.asked.map((asked) => asked.transactionId)).size).toBeLessThan(gateway.asked.length);
  });
});

describe("gear with habits", () => {
  test("533 to a wildcard: the names of the site's plan are asked instead", async () => {
    gateway.script = (asked) => (asked.endpoint.startsWith("*") ? [answer(asked, 533)] : byTheBook(asked));
    const one = auditor();
    expect(await one.audit("full")).toMatchObject({ complete: true, rowsRead: 1 });
    expect(one.profile()?.notes.join()).toContain("wildcard audit is refused");
  });

  test("wildcards refused to RQNT: every endpoint is pointed by its name", async () => {
    gateway.script = (asked) => (asked.endpoint.includes("*") ? [answer(asked, 503)] : byTheBook(asked));
    expect(await point(gear, authority)).toMatchObject({ kind: "connected" });
    expect(gateway.count("RQNT")).toBe(1 + 30);
  });

  test("a name of the plan that it does not know is passed over", async () => {
    gateway.script = (asked) => (/\*|\/3@/.test(asked.endpoint) ? [answer(asked, 500)] : byTheBook(asked));
    expect(await point(gear, authority)).toMatchObject({ kind: "connected" });
    expect(gateway.count("RQNT")).toBe(1 + 30);
  });

  test("one that knows none of them is not connected", async () => {
    gateway.script = (asked) => (asked.verb === "RQNT" ? [answer(asked, 500)] : byTheBook(asked));
    expect(await point(gear, authority)).toMatchObject({ kind: "refused", code: 500 });
  });

  test("no answer to AUCX, while AUEP is answered: not supported, never dead", { timeout: 30_000 }, async () => {
    connections.set("ds/e1-1/1@gw", "2A");
    gateway.script = (asked) => (asked.verb === "AUCX" ? null : byTheBook(asked));
    const one = auditor();
    const result = await one.audit("full");
    expect(result).toMatchObject({ complete: true, failureKind: null });
    expect(result.rows.map((row) => [row.connectionId, row.callId, row.detail?.setupFrom])).toEqual(
      expect.arrayContaining([
        ["1F", null, "first-seen"],
        ["2A", null, "first-seen"],
      ]),
    );
    expect(one.profile()).toMatchObject({ name: "mgcp-lists" });
  });

  test("errors under the id 000000 are an answer where only one can be meant, and nobody waits for ever where not", {
    timeout: 20_000,
  }, async () => {
    gateway.script = (asked) => (asked.verb === "AUCX" ? ["510 000000 FAIL\r\n"] : byTheBook(asked));
    const began = Date.now();
    const alone = await socket.request(command("AUCX", "ds/e1-1/7@gw", { connectionIds: ["1F"] }));
    expect(alone).toMatchObject({ kind: "response", response: { code: 510 } });
    expect(Date.now() - began).toBeLessThan(1_000);
    const both = await Promise.all(
      [1, 2].map(() => socket.request(command("AUCX", "ds/e1-1/7@gw", { connectionIds: ["1F"] }), { deadlineMs: 600 })),
    );
    expect(both.map((result) => result.kind)).toContain("timed-out");
    expect(counters.get("mgcp.unexpectedResponse")).toBeGreaterThan(0);
  });

  test("an answer to another transaction answers nothing", async () => {
    gateway.script = (asked) => [`200 ${asked.transactionId + 1} OK\r\n`];
    expect(await socket.request(command("AUEP", "ds/e1-1/1@gw", {}), { deadlineMs: 500 })).toMatchObject({ kind: "timed-out" });
    expect(counters.get("mgcp.unexpectedResponse")).toBeGreaterThan(0);
  });

  test("answers that come late, or twice, answer once", async () => {
    const waiting: (() => void)[] = [];
    gateway.script = (asked) => {
      const texts = byTheBook(asked) ?? [];
      return asked.verb === "AUEP" && waiting.push(() => undefined) === 1 ? null : [...texts, ...texts];
    };
    expect(await socket.request(command("AUEP", "ds/e1-1/1@gw", {}))).toMatchObject({ kind: "response", attempts: 2 });
    await expect.poll(() => counters.get("mgcp.unexpectedResponse")).toBe(1);
  });

  test("only the first of several messages is read: found out, and the second one is sent again on its own", async () => {
    gateway.firstOnly = true;
    const one = auditor();
    expect(await one.audit("full")).toMatchObject({ complete: true });
    expect(one.profile()?.notes.join()).toContain("only the first is answered");
  });

  test("nobody there: the audit says so, and nothing is known of the gear", { timeout: 20_000 }, async () => {
    gateway.script = () => null;
    const one = auditor();
    expect(await one.audit("full")).toMatchObject({ complete: false, failureKind: "timeout", bootEpoch: null, rows: [] });
    expect(one.profile()).toBeNull();
    gateway.script = byTheBook;
    expect(await one.audit("full")).toMatchObject({ complete: true, rowsRead: 1 });
  });

  test("cut off by the lab's fault table, both ways", async () => {
    faults.set([{ from: "cs-a", to: "gw", path: 1 }]);
    expect(await socket.request(command("AUEP", "ds/e1-1/1@gw", {}), { deadlineMs: 300 })).toMatchObject({ kind: "timed-out" });
    expect(gateway.asked).toHaveLength(0);
    faults.set([{ from: "gw", to: "cs-a", path: 1 }]);
    expect(await socket.request(command("AUEP", "ds/e1-1/1@gw", {}), { deadlineMs: 300 })).toMatchObject({ kind: "timed-out" });
    expect(gateway.asked.length).toBeGreaterThan(0);
    expect(counters.get("mgcp.cut")).toBeGreaterThan(1);
  });
});
