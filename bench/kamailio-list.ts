/** `npm run bench -- kamailio-list`: how long a Kamailio's `dlg.list` of 5,000 calls takes to fetch and read, from an HTTP server in this process. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createKamailioRpcAuditor } from "../server/drivers/kamailio-rpc-audit.ts";
import { systemClock } from "../server/runtime/clock.ts";
import { Bounds, figuresLine } from "./figures.ts";

const calls = 5_000;
const audits = 10;
const boundMs = 2_000;

export async function benchKamailioList(): Promise<number> {
  const body = JSON.stringify({ jsonrpc: "2.0", result: Array.from({ length: calls }, (_, i) => dialog(i)), id: 1 });
  const server = createServer((_request, response) => void response.end(body));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/RPC`;
  const auditor = createKamailioRpcAuditor({ gateway: "kam-1", clock: systemClock(), url, authorization: null, deadlineMs: 20_000 });
  const times: number[] = [];
  let rows = 0;
  for (let i = 0; i < audits; i++) {
    const result = await auditor.audit("full");
    rows = result.rows.length;
    times.push(result.durationMs);
  }
  server.closeAllConnections();
  server.close();
  const bounds = new Bounds();
  process.stdout.write(`${figuresLine(`dlg.list of ${calls} calls`, times, "ms")}\n`);
  bounds.check(`${rows} legs read within ${boundMs} ms`, rows === 2 * calls && Math.max(...times) < boundMs);
  return bounds.broken;
}

function dialog(i: number): object {
  const start = Math.floor(Date.now() / 1000) - i;
  return {
    h_entry: i,
    h_id: i,
    ref: 2,
    "call-id": `${i}@127.0.0.1`,
    from_uri: `sip:2${i}@127.0.0.1`,
    to_uri: `sip:3${i}@127.0.0.1`,
    state: 4,
    start_ts: start,
    init_ts: start - 3,
    end_ts: 0,
    duration: i,
    timeout: start + 43_200,
    lifetime: 43_200,
    dflags: 515,
    sflags: 0,
    iflags: 0,
    caller: { tag: `a${i}`, contact: `sip:2${i}@127.0.0.1:5060`, cseq: "1", route_set: "", socket: "udp:127.0.0.1:5060" },
    callee: { tag: `b${i}`, contact: `sip:3${i}@127.0.0.1:5060`, cseq: "0", route_set: "", socket: "udp:127.0.0.1:5060" },
    profiles: [],
    variables: [],
  };
}
