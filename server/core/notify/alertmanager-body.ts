/**
 * The body of Alertmanager's webhook, version 4, with one alert: whatever understands Alertmanager understands Tandem.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
import type { WallTime } from "../time.ts";
import { type Alert, fingerprintOf } from "./alert.ts";

/** What Go writes for a time that is not set; Alertmanager sends it as the end of what still fires. */
const noTime = "0001-01-01T00:00:00Z";

/** `left`: alerts that were dropped since the last one delivered, because too many waited. */
export function alertmanagerBody(alert: Alert, left: number, consoleUrl: string): Record<string, unknown> {
  const { labels, annotations, status } = alert;
  const { alertname, cluster, server } = labels;
  return {
    version: "4",
    groupKey: `{}:{alertname="${alertname}", cluster=${JSON.stringify(cluster)}, server="${server}"}`,
    truncatedAlerts: left,
    status,
    receiver: "tandem",
    groupLabels: { alertname, cluster, server },
    commonLabels: { ...labels },
    commonAnnotations: { ...annotations },
    externalURL: consoleUrl,
    alerts: [
      {
        status,
        labels: { ...labels },
        annotations: { ...annotations },
        startsAt: timeText(alert.startsAt),
        endsAt: alert.endsAt === null ? noTime : timeText(alert.endsAt),
        generatorURL: `${consoleUrl}${alert.page}`,
        fingerprint: fingerprintOf(labels),
      },
    ],
  };
}

function timeText(at: WallTime): string {
  return new Date(at).toISOString();
}
