/**
 * A table that Debian's snmpd serves for us through pass_persist: rows of DIAL-CONTROL-MIB callActiveTable from a JSON file that is read anew
 * whenever it changes, `{ rows: [[setupTicks, index, number, state], …], count }`, or `{ rows: null }`: none of it. Before it stands dialCtlAcceptMode, which all such gear has. Behind it, an object of no MIB says how many there are.
 */
import { readFileSync, statSync } from "node:fs";
import { createInterface } from "node:readline";

const entry = "1.3.6.1.2.1.10.21.1.3.1.1";
const acceptMode = "1.3.6.1.2.1.10.21.1.1.1.0";
const counted = "1.3.6.1.2.1.10.21.9.1.0";
const file = process.argv[2];

/** Every instance in the order of the tree: [oid, type, value]. */
function instances() {
  const { rows, count } = JSON.parse(readFileSync(file, "utf8"));
  if (rows === null) return [];
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const columns = [
    [3, "string", (row) => row[2]],
    [8, "timeticks", (row) => (row[3] === 4 ? row[0] + 100 : 0)],
    [9, "integer", (row) => row[3]],
    [10, "integer", () => 2],
    [12, "integer", () => 2],
    [13, "counter", () => 1000],
    [14, "counter", () => 172_000],
    [15, "counter", () => 990],
    [16, "counter", () => 170_280],
  ];
  const table = columns.flatMap(([column, type, value]) => rows.map((row) => [`${entry}.${column}.${row[0]}.${row[1]}`, type, value(row)]));
  return [[acceptMode, "integer", 1], ...table, [counted, "gauge", count]];
}

let read = { at: 0, list: [], places: new Map() };

function table() {
  const at = statSync(file).mtimeMs;
  if (at !== read.at) {
    const list = instances();
    read = { at, list, places: new Map(list.map(([oid], place) => [oid, place])) };
  }
  return read;
}

const arcsOf = (oid) => oid.split(".").map(Number);
function compare(a, b) {
  const x = arcsOf(a);
  const y = arcsOf(b);
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i] - y[i];
  return x.length - y.length;
}

function answer(verb, asked) {
  const oid = asked.replace(/^\./, "");
  const { list, places } = table();
  const place = places.get(oid);
  const found = verb === "get" ? list[place] : place === undefined ? list.find(([at]) => compare(at, oid) > 0) : list[place + 1];
  return found === undefined ? "NONE\n" : `.${found[0]}\n${found[1]}\n${found[2]}\n`;
}

let verb = null;
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "PING") process.stdout.write("PONG\n");
  else if (verb === null) verb = line === "get" || line === "getnext" ? line : null;
  else {
    process.stdout.write(answer(verb, line));
    verb = null;
  }
}
