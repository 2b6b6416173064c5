/**
 * Stands in for a node in tests of the supervisor: says `ready`, answers on the operator port of the site file, writes down
 * every table of cuts that it is given, and goes with its parent. The first server claims to hold the title.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { parse } from "yaml";

const [, , kind, name, , config, , data] = process.argv;
const site = parse(readFileSync(config, "utf8"));
const own = [...site.servers, ...site.gateways, ...site.witnesses].find((one) => one.name === name);
const address = own === undefined ? site.console : own.operator;
const [host, port] = address.split(":");
const calls = [];

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = parts.length === 0 ? null : JSON.parse(Buffer.concat(parts).toString("utf8"));
  if (request.url === "/faults") appendFileSync(join(data, "faults.ndjson"), `${JSON.stringify(body.cuts)}\n`);
  if (request.url === "/stations/call") calls.push(body);
  response.setHeader("content-type", "application/json");
  const title = { held: kind === "call-server" && name === site.servers[0].name };
  // Half of a call's two legs: as if the other gateway were counted with this one.
  const connections = calls.length * 2;
  response.end(JSON.stringify(request.url.startsWith("/stations/truth") ? { calls: [], last: 0 } : { name, title, connections, calls }));
});

process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
process.on("SIGTERM", () => process.exit(0));
server.listen(Number(port), host, () => process.stdout.write("ready\n"));
