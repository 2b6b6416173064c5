/**
 * The same client for the time of one audit: once the agent has left several questions in a row unanswered, or the audit has lasted too long, whatever
 * is still to be asked fails at once. An agent that died in the middle shall not hold up its audit by every column's patience.
 */
import type { Clock } from "../../runtime/clock.ts";
import type { SnmpAnswer } from "../../runtime/snmp-socket.ts";
import type { SnmpClient } from "./snmp-client.ts";

/** Questions, each asked with all its repetitions. */
const unansweredInARow = 3;

export function bounded(client: SnmpClient, clock: Clock, longestMs: number): SnmpClient {
  const begun = clock.now().mono;
  let unanswered = 0;
  const over = (): Extract<SnmpAnswer, { ok: false }> | null => {
    if (unanswered >= unansweredInARow) return { ok: false, reason: "timeout", text: "no answer" };
    if (clock.now().mono - begun <= longestMs) return null;
    return { ok: false, reason: "timeout", text: `the audit lasts longer than ${Math.round(longestMs / 1000)} s` };
  };
  const heard = (answer: { readonly ok: boolean; readonly reason?: string }): void => {
    unanswered = answer.ok || answer.reason !== "timeout" ? 0 : unanswered + 1;
  };
  return {
    async request(request) {
      const answer = over() ?? (await client.request(request));
      heard(answer);
      return answer;
    },
    async get(oids) {
      const read = over() ?? (await client.get(oids));
      heard(read);
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
