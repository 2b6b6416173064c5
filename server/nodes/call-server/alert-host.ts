/**
 * Tells others what happens here (`notify` in tandem.yaml): changes of control that this server carries out, its readiness, held automation.
 * Core says what is news; it is on the disk at once, and told a moment later, because the takeover itself goes first.
 */
import { hostname } from "node:os";
import { holdOf, pauseInForce } from "../../core/control/guard.ts";
import type { Fact } from "../../core/control/member-state.ts";
import { type Alert, fingerprintOf } from "../../core/notify/alert.ts";
import { AlertBook } from "../../core/notify/alert-book.ts";
import type { HostPort, NotifySpec } from "../../core/site/site.ts";
import type { FailoverReport } from "../../core/timeline/failover-report.ts";
import { AlertQueue } from "../../runtime/alert-queue.ts";
import { readSecret } from "../../runtime/site-file.ts";
import { openSyslog, type SyslogSender } from "../../runtime/syslog-sender.ts";
import { Webhook } from "../../runtime/webhook.ts";
import type { ServerParts } from "./server-parts.ts";

const tellAfterMs = 100;
/** A standby not heard for this long cannot speak for itself. */
const heardWithinMs = 5_000;
const syslogSeverities = { critical: 2, warning: 4, info: 6 } as const;
const syslogNotice = 5;

export class AlertHost {
  readonly #server: ServerParts;
  readonly #spec: NotifySpec;
  readonly #queue: AlertQueue;
  readonly #book: AlertBook;
  readonly #webhook: Webhook | null;
  readonly #syslog: SyslogSender | null;
  /** Automation would have acted in the present suspicion. */
  #wouldAct = false;
  #closed = false;

  constructor(server: ServerParts, spec: NotifySpec) {
    const { node } = server;
    this.#server = server;
    this.#spec = spec;
    this.#queue = new AlertQueue({ folder: node.options.data, counters: node.counters });
    const place = { site: node.site.site, cluster: node.site.cluster, server: node.name };
    this.#book = new AlertBook(place, spec.holdOffSeconds * 1000, this.#queue.open);
    this.#webhook = this.#openWebhook();
    this.#syslog = spec.syslog === null ? null : openSyslog({ to: spec.syslog.to, counters: node.counters });
    this.#tell(this.#book.started(node.clock.now().wall));
    this.#webhook?.wake();
  }

  onFact(fact: Fact): void {
    if (fact.what === "automation-held" || fact.what === "automation-paused") this.#wouldAct = true;
  }

  onReport(report: FailoverReport | null): void {
    if (report !== null) this.#tell(this.#book.changed(report, this.#server.node.clock.now().wall));
  }

  /** Several times a second. */
  look(): void {
    const { node, control } = this.#server;
    const { member } = control;
    const now = node.clock.now();
    const peers = member.config.peers.map((name) => {
      const last = member.peers.get(name);
      return { name, heard: last !== undefined && now.mono - last.at < heardWithinMs, ready: last?.keepalive.ready ?? false };
    });
    const standing = { readiness: this.#server.readiness(), titled: control.titled(), peers, held: this.#held() };
    this.#tell(this.#book.looked(standing, now));
  }

  close(): void {
    this.#closed = true;
    this.#webhook?.close();
    this.#syslog?.close();
    this.#queue.close();
  }

  /** Holds as long as the suspicion in which it would have acted; a clause for people. */
  #held(): string | null {
    const { node, control } = this.#server;
    const { store, config, state } = control.member;
    const { wall } = node.clock.now();
    const hold = holdOf(store.guard, config.automaticChanges, wall);
    if (hold === null || state.kind === "standby" || control.titled()) this.#wouldAct = false;
    if (!this.#wouldAct || hold === null) return null;
    if (hold === "paused") return `automatic changes are paused by ${pauseInForce(store.guard, wall)?.by ?? "somebody"}`;
    return `${this.#server.automaticChangesUsed()} of ${config.automaticChanges.limit} automatic changes are used up, until acknowledged`;
  }

  #tell(alerts: readonly Alert[]): void {
    if (alerts.length === 0) return;
    this.#server.node.counters.add("notify.alerts", alerts.length);
    this.#queue.add(alerts, this.#book.open, this.#webhook !== null);
    setTimeout(() => {
      if (this.#closed) return;
      this.#webhook?.wake();
      for (const alert of alerts) this.#log(alert);
    }, tellAfterMs).unref();
  }

  #log({ labels, annotations, status, startsAt, endsAt }: Alert): void {
    const { syslog } = this.#spec;
    if (syslog === null) return;
    const { alertname, ...place } = labels;
    const { epoch = "", cause = "" } = annotations;
    this.#syslog?.send({
      facility: syslog.facility,
      severity: status === "resolved" ? syslogNotice : syslogSeverities[labels.severity],
      at: endsAt ?? this.#server.node.clock.now().wall,
      host: hostname(),
      appName: syslog.appName,
      processId: process.pid,
      messageId: alertname,
      data: {
        status,
        ...place,
        ...(epoch === "" ? {} : { epoch, cause }),
        fingerprint: fingerprintOf(labels),
        startsAt: new Date(startsAt).toISOString(),
      },
      text: annotations.summary ?? alertname,
    });
  }

  #openWebhook(): Webhook | null {
    const { webhook, consoleUrl } = this.#spec;
    if (webhook === null) return null;
    const { site, journal, options, clock, counters } = this.#server.node;
    let secret: string;
    try {
      secret = readSecret(webhook.secret, options.config);
    } catch (error) {
      // A call server without a webhook is better than none.
      journal.append("notify-off", "alarm", `Nobody is told by webhook: ${(error as Error).message}.`);
      return null;
    }
    return new Webhook({
      url: webhook.url,
      secret,
      timeoutMs: webhook.timeoutMs,
      consoleUrl: consoleUrl ?? `http://${addressText(site.console)}`,
      queue: this.#queue,
      clock,
      counters,
      onTrouble: (why) => {
        journal.append("notify-failing", "warn", `The webhook does not take what it is told: ${why}. It is kept and tried again.`);
      },
      onRecovered: (failures) => {
        journal.append(
          "notify-recovered",
          "note",
          `The webhook takes what it is told again, after ${failures} failed ${failures === 1 ? "try" : "tries"}.`,
        );
      },
      onGivenUp: ({ labels, status }, why) => {
        journal.append(
          "notify-given-up",
          "warn",
          `The webhook refuses one message as such, ${why}: ${labels.alertname}, ${status}. It is left out.`,
        );
      },
    });
  }
}

function addressText({ host, port }: HostPort): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
