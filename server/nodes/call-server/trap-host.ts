/**
 * SNMP notifications of gear, where this server listens for them: each asks the schedule for an audit of its gear at once, and does nothing else. What
 * became of a call is told by the audit alone, for a notification may be lost, late, or about something that has passed.
 */
import type { HostPort } from "../../core/site/site.ts";
import type { Notification } from "../../protocols/snmp/notification.ts";
import { openSnmpReceiver, type SnmpReceiver } from "../../runtime/snmp-receiver.ts";
import type { TandemNode } from "../node.ts";
import type { GearSession } from "./gear-session.ts";
import type { PollingHost } from "./polling-host.ts";

export class TrapHost {
  readonly #node: TandemNode;
  readonly #polling: PollingHost;
  #receiver: SnmpReceiver | null = null;

  constructor(node: TandemNode, polling: PollingHost) {
    this.#node = node;
    this.#polling = polling;
  }

  /** A server that cannot listen goes on without: audits still come at their interval. */
  async open(sessions: Iterable<GearSession>): Promise<void> {
    const { name: self, boot, site, clock, faults, counters } = this.#node;
    const bind = site.servers.find(({ name }) => name === self)?.snmpTraps ?? null;
    if (bind === null) return;
    const originators = [...sessions].flatMap(({ spec: { name, audit }, driver: { snmp } }) =>
      audit.protocol === "snmp" && snmp !== null ? [{ node: name, host: audit.address.host, credentials: snmp }] : [],
    );
    const onNotification = (gear: string, { restart }: Notification): void =>
      this.#polling.request(gear, restart ? "restart" : "trap", "liveness");
    try {
      this.#receiver = await openSnmpReceiver({ self, boot, bind, originators, clock, faults, counters, onNotification });
    } catch (error) {
      this.#cannotListen(bind, error);
    }
  }

  async close(): Promise<void> {
    await this.#receiver?.close();
  }

  #cannotListen({ host, port }: HostPort, error: unknown): void {
    const because = error instanceof Error ? error.message : String(error);
    const text = `SNMP notifications of gear are not heard: UDP ${host}:${port} cannot be opened (${because}). Audits come at their interval only.`;
    this.#node.journal.append("traps-not-heard", "warn", text, { host, port, because });
  }
}
