/**
 * The lab's `tandem.yaml`: made at the first start and kept, so that changes by hand survive. Ports that somebody else
 * took in the meantime are replaced in place; everything else, comments too, stays as it is.
 */
import { existsSync, readFileSync } from "node:fs";
import { type Document, isScalar, parseDocument, stringify, visit } from "yaml";
import { writeDurably } from "../runtime/durable-file.ts";
import { findFreePorts, tcpPortFree, udpPortFree } from "./free-ports.ts";
import { labDocument } from "./topology.ts";

const heading = `# The lab's site. Made at the first start with free ports; kept afterwards, and yours to change.
# \`npx tandem config validate\` explains it.
`;

/** Ports of all nodes, media ranges included, with some to spare. */
const portsNeeded = 1100;
const mostTries = 20;

/** Writes the file where there is none; returns what was changed in one that is there, in sentences. */
export async function prepareSiteFile(path: string, consolePort: number): Promise<string[]> {
  if (!existsSync(path)) {
    writeDurably(path, heading + stringify(await freshDocument(consolePort)), 0o644);
    return [];
  }
  const document = parseDocument(readFileSync(path, "utf8"));
  if (document.errors.length > 0) return [];
  const changes = await replaceTakenPorts(document);
  const consoleAddress = `127.0.0.1:${consolePort}`;
  if (document.get("console") !== consoleAddress) {
    document.set("console", consoleAddress);
    changes.push(`The console now listens on ${consoleAddress}.`);
  }
  if (changes.length > 0) writeDurably(path, String(document), 0o644);
  return changes;
}

/** Other labs may have left gaps too narrow for the media ranges; elsewhere there is room. */
async function freshDocument(consolePort: number): Promise<Record<string, unknown>> {
  for (let tries = 1; ; tries += 1) {
    const ports = await findFreePorts(portsNeeded);
    try {
      return labDocument(ports, consolePort);
    } catch (error) {
      if (tries === mostTries) throw error;
    }
  }
}

interface Address {
  readonly where: string;
  readonly field: string;
  readonly port: number;
  replace(port: number): void;
}

async function replaceTakenPorts(document: Document): Promise<string[]> {
  const changes: string[] = [];
  const addresses = addressesOf(document);
  const known = new Set(addresses.map((address) => address.port));
  for (const address of addresses) {
    const free = await (address.field === "operator" ? tcpPortFree(address.port) : udpPortFree(address.port));
    if (free) continue;
    const port = (await findFreePorts(1, known)).one("udp");
    known.add(port);
    address.replace(port);
    changes.push(`Port ${address.port} of ${address.where} was taken; now ${port}.`);
  }
  return [...changes, ...(await replaceTakenRanges(document, known))];
}

/** Whose addresses are the lab's own. The console's port is given from outside, and at the others, as those of `gear`, somebody else listens. */
const ownSections = ["servers", "gateways", "witnesses"];

/** Every `host:port` text of the lab's own nodes. */
function addressesOf(document: Document): Address[] {
  const found: Address[] = [];
  visit(document, {
    Pair(_key, pair, path) {
      const field = isScalar(pair.key) ? String(pair.key.value) : "";
      const atTop = path.length === 2;
      if (atTop && !ownSections.includes(field)) return visit.SKIP;
      // Gear is configured with it.
      if (field === "snmpTraps") return;
      const scalar = pair.value;
      if (!isScalar(scalar) || typeof scalar.value !== "string") return;
      const match = /^(127\.0\.0\.1):(\d{1,5})$/.exec(scalar.value);
      if (match === null) return;
      found.push({
        where: field,
        field,
        port: Number(match[2]),
        replace: (port) => {
          scalar.value = `${match[1]}:${port}`;
        },
      });
    },
  });
  return found;
}

async function replaceTakenRanges(document: Document, known: Set<number>): Promise<string[]> {
  const changes: string[] = [];
  const gateways = (document.toJS() as { gateways?: { name?: string; rtp?: { portFrom?: number; portTo?: number } }[] }).gateways ?? [];
  for (const [index, gateway] of gateways.entries()) {
    const { portFrom, portTo } = gateway.rtp ?? {};
    if (typeof portFrom !== "number" || typeof portTo !== "number" || portTo - portFrom > 2000 || (await rangeFree(portFrom, portTo)))
      continue;
    const count = portTo - portFrom + 1;
    const first = (await findFreePorts(2 * count + 2, known)).range(count);
    for (let port = first; port < first + count; port += 1) known.add(port);
    document.setIn(["gateways", index, "rtp", "portFrom"], first);
    document.setIn(["gateways", index, "rtp", "portTo"], first + count - 1);
    changes.push(`Media ports of ${gateway.name} were taken; now ${first} to ${first + count - 1}.`);
  }
  return changes;
}

async function rangeFree(from: number, to: number): Promise<boolean> {
  for (let port = from; port <= to; port += 2) if (!(await udpPortFree(port))) return false;
  return true;
}
