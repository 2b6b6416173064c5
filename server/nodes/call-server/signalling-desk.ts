/** What gateways and other gear send of themselves over MGCP: NTFY and RSIP. */
import { datedBy } from "../../core/calls/endpoint-event.ts";
import { pathMs } from "../../core/control/client-heard.ts";
import type { NodeName } from "../../core/identity.ts";
import type { Command } from "../../protocols/mgcp/message.ts";
import { reportOf } from "../../protocols/mgcp/notification.ts";
import type { Reply } from "../../runtime/mgcp-socket.ts";
import { AnnouncementDesk } from "./announcement-desk.ts";
import type { ServerParts } from "./server-parts.ts";

type Parts = Pick<ServerParts, "node" | "control" | "calls" | "sessions" | "polling" | "gear">;

export class SignallingDesk {
  readonly #server: Parts;
  readonly #announcements: AnnouncementDesk;

  /** @param aliveBefore when the gateway was surely alive last, before it restarted; null where nobody knows */
  constructor(server: Parts, aliveBefore: (gateway: NodeName) => number | null) {
    this.#server = server;
    this.#announcements = new AnnouncementDesk(server.node, server.calls, {
      audit: (gateway) => server.polling.request(gateway, "restart", "liveness"),
      aliveBefore,
    });
  }

  close(): void {
    this.#announcements.close();
  }

  /** Without owning the gateway we are silent: it repeats itself to whoever does. */
  heard(command: Command, from: NodeName | null): Reply | null {
    const { node, sessions, control, calls } = this.#server;
    if (from !== null && this.#server.gear.sessions.has(from)) return this.#ofGear(command, from);
    const session = from === null ? undefined : sessions.get(from);
    if (from === null || session === undefined) return { code: 500, comment: "not a gateway of this server" };
    const report = reportOf(command, from, node.clock.now());
    switch (report.kind) {
      case "refused":
        return { code: report.code, comment: report.reason };
      case "restart":
        return { code: this.#announcements.heard(report) };
      case "events": {
        if (!session.owned || !control.commands(from)) return null;
        this.#announcements.before(from);
        const met = { pathMs: pathMs(control.member, from), lateMs: node.watchdog.lateMs() };
        for (const event of report.events) calls.deliver(datedBy(event, met));
        return { code: 200 };
      }
    }
  }

  /** It may have restarted, or been out of reach: what it says of itself clears nothing before an audit. Its events are its own call agent's. */
  #ofGear({ verb }: Command, from: NodeName): Reply {
    if (verb !== "RSIP" && verb !== "NTFY") return { code: 504, comment: `a call server does not obey ${verb}` };
    if (verb === "RSIP") this.#server.polling.request(from, "restart", "liveness");
    return { code: 200 };
  }
}
