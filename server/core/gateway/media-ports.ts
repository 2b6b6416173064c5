/**
 * Media ports of one gateway (even ones, RFC 3550 11). The first `realStreams` of the range carry real RTP, the rest are modelled:
 * so either end of a call sees from the other's port alone whether a real stream comes, and both choose alike.
 */
import { PortSet } from "./port-set.ts";

export interface MediaPorts {
  readonly portFrom: number;
  readonly portTo: number;
  readonly realStreams: number;
  readonly taken: PortSet;
  nextReal: number;
  nextModelled: number;
}

export function newMediaPorts(portFrom: number, portTo: number, realStreams: number): MediaPorts {
  const first = portFrom + (portFrom % 2);
  const fitting = Math.max(0, Math.floor((portTo - first + 1) / 2));
  const real = Math.min(realStreams, fitting);
  return { portFrom: first, portTo, realStreams: real, taken: new PortSet(first), nextReal: first, nextModelled: first + 2 * real };
}

export function isRealPort(range: { readonly portFrom: number; readonly realStreams: number }, port: number): boolean {
  const first = range.portFrom + (range.portFrom % 2);
  return port >= first && port < first + 2 * range.realStreams && port % 2 === 0;
}

/** A free port of the wanted kind. Real ones may be used up (null); modelled ones are shared when the range is too short. */
export function takePort(ports: MediaPorts, real: boolean): number | null {
  const modelledFrom = ports.portFrom + 2 * ports.realStreams;
  const from = real ? ports.portFrom : modelledFrom;
  const count = real ? ports.realStreams : Math.max(1, Math.floor((ports.portTo - modelledFrom + 1) / 2));
  // Rotates, so that a port is not met again at once by late packets of the stream before.
  for (let step = 0; step < count; step++) {
    const next = real ? ports.nextReal : ports.nextModelled;
    const port = next >= from + 2 * count ? from : next;
    if (real) ports.nextReal = port + 2;
    else ports.nextModelled = port + 2;
    if (ports.taken.has(port)) continue;
    ports.taken.add(port);
    return port;
  }
  return real ? null : ports.nextModelled - 2;
}

/** A stream that became modelled gives its real port back, although its address still names it: nothing is bound there. */
export function yieldRealPort(ports: MediaPorts, port: number): void {
  if (isRealPort(ports, port)) ports.taken.delete(port);
}

export function releasePort(ports: MediaPorts, port: number): void {
  ports.taken.delete(port);
}
