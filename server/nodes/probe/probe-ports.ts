/** What every protocol of a probe works with: the clock, the resolved address, and ours as the gear sees it. */
import { createSocket } from "node:dgram";
import { lookup } from "node:dns";
import { isIP } from "node:net";
import { type Clock, systemClock } from "../../runtime/clock.ts";
import { Counters } from "../../runtime/counters.ts";
import { FaultTable } from "../../runtime/faults.ts";
import { noAddress } from "../../runtime/no-address.ts";
import { closeUdpSocket } from "../../runtime/udp-socket.ts";

export interface ProbePorts {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly faults: FaultTable;
  /** The gear's address. */
  readonly host: string;
  /** Of this machine, on the way to there. */
  readonly from: string;
}

/** Who asks, in words that the gear may keep in its log. */
export const probeName = "tandem-probe";
const resolveLimitMs = 5_000;
/** Discard (RFC 863): nothing is sent there, the system only looks for the way. */
const anyPort = 9;

/** A sentence where there is no way to there. */
export async function openProbePorts(host: string): Promise<ProbePorts | string> {
  const address = isIP(host) === 0 ? await resolved(host) : host;
  if (address === null) return `${noAddress(host)}.`;
  const from = await ownAddress(address);
  if (from === null) return `There is no way from this machine to ${address}.`;
  return { clock: systemClock(), counters: new Counters(), faults: new FaultTable(), host: address, from };
}

function resolved(host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), resolveLimitMs);
    lookup(host, (error, address) => {
      clearTimeout(timer);
      resolve(error === null ? address : null);
    });
  });
}

async function ownAddress(to: string): Promise<string | null> {
  const socket = createSocket(isIP(to) === 6 ? "udp6" : "udp4");
  const from = await new Promise<string | null>((resolve) => {
    socket.once("error", () => resolve(null));
    // Its callback is given the error, which its type does not say.
    socket.connect(anyPort, to, ((error?: Error) => resolve(error === undefined ? socket.address().address : null)) as () => void);
  });
  await closeUdpSocket(socket);
  return from;
}
