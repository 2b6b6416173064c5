/**
 * The gateway's SNMP agent (v2c, read only): whoever knows the community may read, primary and standby alike (A1, A12).
 * A datagram that is no request, or carries another community, is counted and gets no answer.
 *
 * The responder is our own, see docs/decisions/own-snmp-responder.md.
 */
import type { HostPort } from "../../core/site/site.ts";
import { ResponseWriter, readSnmpRequest } from "../../protocols/snmp/agent-message.ts";
import type { Counters } from "../../runtime/counters.ts";
import { boundUdpSocket, closeUdpSocket } from "../../runtime/udp-socket.ts";
import type { MibView } from "./mib-view.ts";

export interface SnmpAgent {
  readonly port: number;
  close(): Promise<void>;
}

/** Larger than a frame, for the lab's loopback and for networks that reassemble; a reader that wants less asks for fewer repetitions. */
const maxMessageOctets = 8_000;

export async function openSnmpAgent(
  bind: HostPort & { readonly community: string },
  view: MibView,
  counters: Counters,
): Promise<SnmpAgent> {
  const socket = await boundUdpSocket(bind);
  const writer = new ResponseWriter(maxMessageOctets);
  socket.on("error", () => counters.add("snmp.socketErrors"));
  socket.on("message", (datagram, from) => {
    const request = readSnmpRequest(datagram);
    if (request === null) return counters.add("snmp.malformed");
    if (request.community !== bind.community) return counters.add("snmp.badCommunity");
    counters.add("snmp.requests");
    writer.clear();
    const [errorStatus, errorIndex] = view.answer(request, writer);
    if (errorStatus !== 0) counters.add("snmp.errors");
    counters.add("snmp.bindings", writer.bindings);
    // The writer's buffer is used again, so the datagram must be a copy.
    const answer = Buffer.from(writer.message(request.community, request.requestId, errorStatus, errorIndex));
    socket.send(answer, from.port, from.address, (error) => {
      if (error !== null) counters.add("snmp.sendFailed");
    });
  });
  return {
    port: socket.address().port,
    close: () => closeUdpSocket(socket),
  };
}
