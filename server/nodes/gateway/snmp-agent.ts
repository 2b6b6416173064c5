/**
 * The gateway's SNMP agent (v2c and v3, read only): whoever knows the community or is the configured user may read, primary and standby alike
 * (A1, A12). A datagram that is no request, or carries another community, is counted and gets no answer; v3 answers with the reports of RFC 3414.
 *
 * The responder is our own, see docs/decisions/own-snmp.md.
 */
import type { HostPort } from "../../core/site/site.ts";
import { BackWriter } from "../../protocols/snmp/ber.ts";
import { type CommunityMessage, readMessage, type SecureMessage, wrapCommunity } from "../../protocols/snmp/message.ts";
import type { Pdu } from "../../protocols/snmp/pdu.ts";
import { ResponseWriter, requestOf } from "../../protocols/snmp/response-writer.ts";
import type { Counters } from "../../runtime/counters.ts";
import { sameSecret } from "../../runtime/keys.ts";
import type { SnmpEngine } from "../../runtime/snmp-engine.ts";
import type { SnmpUser } from "../../runtime/snmp-user.ts";
import { boundUdpSocket, closeUdpSocket } from "../../runtime/udp-socket.ts";
import type { MibView } from "./mib-view.ts";

export interface SnmpAgent {
  readonly port: number;
  close(): Promise<void>;
}

export interface SnmpAgentOptions {
  readonly bind: HostPort;
  /** Null: v2c is not spoken. */
  readonly community: string | null;
  /** The only user, at this engine; null: v3 is not spoken. */
  readonly v3: { readonly engine: SnmpEngine; readonly user: SnmpUser } | null;
  readonly view: MibView;
  readonly counters: Counters;
}

/** Larger than a frame, for the lab's loopback and for networks that reassemble; a reader that wants less asks for fewer repetitions. */
const maxPduOctets = 7_900;

export async function openSnmpAgent({ bind, community, v3, view, counters }: SnmpAgentOptions): Promise<SnmpAgent> {
  const socket = await boundUdpSocket(bind);
  const bindings = new ResponseWriter(maxPduOctets);
  const writer = new BackWriter(maxPduOctets + 400);

  /** Puts the response PDU into the writer; false where it is no request. */
  const respond = (pdu: Pdu): boolean => {
    const request = requestOf(pdu);
    if (request === null) return false;
    counters.add("snmp.requests");
    bindings.clear();
    const [errorStatus, errorIndex] = view.answer(request, bindings);
    if (errorStatus !== 0) counters.add("snmp.errors");
    counters.add("snmp.bindings", bindings.bindings);
    writer.clear();
    writer.raw(bindings.pdu("response", pdu.requestId, errorStatus, errorIndex));
    return true;
  };

  const answerCommunity = ({ community: given, pdu }: CommunityMessage): Buffer | null => {
    if (community === null || !sameSecret(Buffer.from(given).toString("latin1"), community)) {
      counters.add("snmp.badCommunity");
      return null;
    }
    if (!respond(pdu)) {
      counters.add("snmp.malformed");
      return null;
    }
    wrapCommunity(writer, given);
    // The writer's buffer is used again, so the datagram must be a copy.
    return Buffer.from(writer.octets());
  };

  const answerSecure = (octets: Uint8Array, message: SecureMessage): Buffer | null => {
    if (v3 === null) {
      counters.add("snmp.unsupportedVersion");
      return null;
    }
    return v3.engine.answer({ octets, message, users: [v3.user], writer }, respond);
  };

  socket.on("error", () => counters.add("snmp.socketErrors"));
  socket.on("message", (datagram, from) => {
    const message = readMessage(datagram);
    if (message === null) return counters.add("snmp.malformed");
    const answer = message.version === "2c" ? answerCommunity(message) : answerSecure(datagram, message);
    if (answer === null) return;
    socket.send(answer, from.port, from.address, (error) => {
      if (error !== null) counters.add("snmp.sendFailed");
    });
  });
  return {
    port: socket.address().port,
    close: () => closeUdpSocket(socket),
  };
}
