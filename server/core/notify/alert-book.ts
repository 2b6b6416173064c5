/**
 * Which alerts of this server fire: changes of control that it carries out, its own readiness, a primary whose standby is not there,
 * held automation. Says what is news, each once; `open` survives the process, so that what fired before a restart is resolved after it.
 */
import type { Readiness } from "../calls/readiness.ts";
import type { NodeName } from "../identity.ts";
import type { Now, WallTime } from "../time.ts";
import type { FailoverReport } from "../timeline/failover-report.ts";
import type { Alert, AlertName, AlertSeverity } from "./alert.ts";
import { changeAnnotations, isChange } from "./change-annotations.ts";

export interface AlertPlace {
  readonly site: string;
  readonly cluster: string;
  readonly server: NodeName;
}

/** What is true just now of this server, besides changes of control. */
export interface Standing {
  readonly readiness: Readiness;
  readonly titled: boolean;
  readonly peers: readonly { readonly name: NodeName; readonly heard: boolean; readonly ready: boolean }[];
  /** What keeps automation from acting although it would; null where nothing does. A clause: `3 of 3 automatic changes are used up`. */
  readonly held: string | null;
}

const severities: Readonly<Record<AlertName, AlertSeverity>> = {
  TandemFailover: "critical",
  TandemSwitchover: "info",
  TandemNotReady: "warning",
  TandemNoStandby: "warning",
  TandemAutomationHeld: "critical",
};

export class AlertBook {
  readonly #place: AlertPlace;
  readonly #holdOffMs: number;
  /** By name: one server has at most one of each. */
  readonly #open = new Map<AlertName, Alert>();
  /** Since when something has been wrong that is not told yet. */
  readonly #wrongSince = new Map<AlertName, Now>();
  /** The change that was told last, and whether its end was. */
  #change: { readonly id: string; readonly ended: boolean } | null = null;

  constructor(place: AlertPlace, holdOffMs: number, open: readonly Alert[]) {
    this.#place = place;
    this.#holdOffMs = holdOffMs;
    for (const alert of open) this.#open.set(alert.labels.alertname, alert);
  }

  get open(): Alert[] {
    return [...this.#open.values()];
  }

  /** At the start: a change that this server had begun is not its own any more. What else fired is judged anew. */
  started(at: WallTime): Alert[] {
    return (["TandemFailover", "TandemSwitchover"] as const).flatMap((name) =>
      this.#resolve(name, at, { outcome: "unknown", summary: `${this.#place.server} was restarted before the change was finished.` }),
    );
  }

  /** To be called with the report in progress or just finished, as often as it may have changed. */
  changed(report: FailoverReport, now: WallTime): Alert[] {
    const name = report.kind === "switchover" ? "TandemSwitchover" : "TandemFailover";
    const known = this.#change?.id === report.id;
    // Without a title nothing has changed hands.
    if (report.timeline.titleAt === null || (known ? this.#change?.ended : !isChange(report))) return [];
    const ended = report.state !== "in-progress";
    this.#change = { id: report.id, ended };
    const news: Alert[] = [];
    if (!known) {
      // The one before was never finished: this one has taken its place.
      for (const other of ["TandemFailover", "TandemSwitchover"] as const) {
        news.push(...this.#resolve(other, now, { outcome: "superseded" }));
      }
      news.push(this.#fire(name, report.startedAt, `/failovers/${report.id}`, changeAnnotations({ ...report, state: "in-progress" })));
    }
    if (ended) news.push(...this.#resolve(name, now, changeAnnotations(report)));
    return news;
  }

  /** To be called several times a second. */
  looked(standing: Standing, now: Now): Alert[] {
    const { server } = this.#place;
    const { readiness, held, titled } = standing;
    const reasons = readiness.reasons.join("; ");
    const notReady = readiness.ready ? null : `${server} is not ready: ${reasons}.`;
    const isHeld = held === null ? null : `${server} would take over, but ${held}.`;
    const standbyOver = titled ? "A standby is heard again." : `${server} is not primary any more.`;
    return [
      ...this.#judge("TandemNotReady", notReady, `${server} is ready again.`, now),
      ...this.#judge("TandemNoStandby", missingStandby(standing), standbyOver, now),
      ...this.#judge("TandemAutomationHeld", isHeld, "Automation is not held any more.", now, 0),
    ];
  }

  /** `wrong`: why it should fire, null where it should not; `over`: said when it ends. */
  #judge(name: AlertName, wrong: string | null, over: string, now: Now, holdOffMs = this.#holdOffMs): Alert[] {
    if (wrong === null) {
      this.#wrongSince.delete(name);
      return this.#resolve(name, now.wall, { summary: over });
    }
    if (this.#open.has(name)) return [];
    const since = this.#wrongSince.get(name) ?? now;
    this.#wrongSince.set(name, since);
    if (now.mono - since.mono < holdOffMs) return [];
    return [this.#fire(name, since.wall, "/servers", { summary: wrong })];
  }

  #fire(name: AlertName, startsAt: WallTime, page: string, annotations: Record<string, string>): Alert {
    const labels = { alertname: name, severity: severities[name], ...this.#place };
    const alert: Alert = { status: "firing", labels, annotations, startsAt, endsAt: null, page };
    this.#open.set(name, alert);
    return alert;
  }

  #resolve(name: AlertName, at: WallTime, annotations: Record<string, string>): Alert[] {
    const alert = this.#open.get(name);
    if (alert === undefined) return [];
    this.#open.delete(name);
    // A wall clock that was set back must not end it before it began.
    const endsAt = Math.max(at, alert.startsAt);
    return [{ ...alert, status: "resolved", endsAt, annotations: { ...alert.annotations, ...annotations } }];
  }
}

/** A standby that is heard reports its own readiness; only one that is not heard at all is the primary's to report. */
function missingStandby({ titled, peers }: Standing): string | null {
  if (!titled || peers.length === 0 || peers.some((peer) => peer.heard && peer.ready)) return null;
  const silent = peers.filter((peer) => !peer.heard).map((peer) => peer.name);
  if (silent.length === 0) return null;
  return `No standby is ready: ${silent.join(" and ")} ${silent.length === 1 ? "is" : "are"} not heard. Nothing could take over.`;
}
