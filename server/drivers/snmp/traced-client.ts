/** The same client, telling each request and its answer in words: for a person who wants to see the exchange. */
import { arcsOf } from "../../protocols/snmp/ber.ts";
import { decodeText } from "../../protocols/snmp/call-values.ts";
import type { SnmpValue } from "../../protocols/snmp/oid.ts";
import type { RequestPdu } from "../../protocols/snmp/pdu.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { SnmpAnswer } from "../../runtime/snmp-socket.ts";
import type { Exchanged } from "../auditor.ts";
import type { SnmpClient } from "./snmp-client.ts";

/** Of each answer. */
const bindingsShown = 8;

export function traced(client: SnmpClient, clock: Clock, onExchange: (exchanged: Exchanged) => void): SnmpClient {
  const tell = (sent: boolean, text: string): void => onExchange({ at: clock.now().mono, sent, text });
  const request = async (asked: RequestPdu): Promise<SnmpAnswer> => {
    tell(true, requestText(asked));
    const answer = await client.request(asked);
    tell(false, answerText(answer));
    if (answer.ok) answer.bindings.rewind();
    return answer;
  };
  return {
    request,
    get: async (oids) => {
      tell(true, `GET ${oids.join(" ")}`);
      const read = await client.get(oids);
      tell(false, read.ok ? read.values.map(valueText).join("\n") : read.text);
      return read;
    },
    get engineBoots() {
      return client.engineBoots;
    },
    get packets() {
      return client.packets;
    },
    close: () => client.close(),
  };
}

function requestText({ kind, names, nonRepeaters, maxRepetitions }: RequestPdu): string {
  const shown = names.slice(0, bindingsShown).map((name) => arcsOf(name, 0, name.length)?.join(".") ?? "?");
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  const bulk = kind === "get-bulk" ? ` (non-repeaters ${nonRepeaters}, max-repetitions ${maxRepetitions})` : "";
  return `${kind.toUpperCase()}${bulk} ${shown.join(" ")}${more}`;
}

function answerText(answer: SnmpAnswer): string {
  if (!answer.ok) return answer.text;
  const lines: string[] = [];
  while (lines.length < bindingsShown && answer.bindings.next()) {
    const value = answer.bindings.isEnd ? "end of the MIB" : valueText(answer.bindings.value());
    lines.push(`${answer.bindings.oid()} = ${value}`);
  }
  const more = answer.count > lines.length ? [`and ${answer.count - lines.length} more`] : [];
  return [`${answer.count} variables in ${answer.rttMs.toFixed(1)} ms`, ...lines, ...more].join("\n");
}

function valueText(value: SnmpValue | null): string {
  if (value === null) return "nothing";
  if (!(value instanceof Uint8Array)) return String(value);
  const printable = value.every((octet) => octet >= 0x20 && octet < 0x7f);
  return printable ? `"${decodeText(value)}"` : Buffer.from(value).toString("hex");
}
