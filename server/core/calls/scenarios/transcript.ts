/** How effects and commands read in a transcript. */
import type { CallEffect } from "../call-event.ts";
import type { CallRecord, RecordedInstant } from "../call-record.ts";
import type { NotificationRequest, Signal } from "../endpoint-event.ts";
import type { GatewayCommand } from "../gateway-command.ts";

export function commandText(command: GatewayCommand): string {
  const parts: string[] = [];
  switch (command.kind) {
    case "create-connection":
      parts.push(`create ${command.mode} for ${command.callId}`);
      if (command.remoteAddress) parts.push(`to ${command.remoteAddress}`);
      break;
    case "modify-connection":
      parts.push(`modify ${command.connectionId} ${command.mode}`);
      if (command.remoteAddress) parts.push(`to ${command.remoteAddress}`);
      break;
    case "delete-connection":
      parts.push(`delete ${command.connectionId ?? "all"} of ${command.callId}`);
      break;
    case "request-notification":
      parts.push("request");
      break;
  }
  if (command.request) parts.push(requestText(command.request));
  return parts.join(" ");
}

function requestText(request: NotificationRequest): string {
  const signals = request.signals.map(signalText).join(", ");
  const digits = request.digitMap === null ? "" : " and digits";
  return `[${signals === "" ? "quiet" : signals}${digits}]`;
}

function signalText(signal: Signal): string {
  if (signal.kind === "ringing") return `ringing from ${signal.callingNumber ?? "?"}`;
  if (signal.kind === "seizure") return `seizure of ${signal.called} from ${signal.calling ?? "?"}`;
  if (signal.kind === "release") return `release ${signal.cause}`;
  return signal.kind;
}

export function effectText(effect: Exclude<CallEffect, { kind: "command" }>, wallOffset: number): string {
  switch (effect.kind) {
    case "store-record":
      return `store ${recordText(effect.record, wallOffset)}`;
    case "read-history":
      return `read history of ${effect.gateway} since ${effect.since - wallOffset}`;
    case "call-adopted":
      return `adopted ${effect.callId} ${effect.phase} at ${effect.gateways.join(" and ")}${effect.confirmed ? "" : ", in part from inherited facts"}`;
    case "call-given-up":
      return `gave up ${effect.callId}: ${effect.reason}`;
    case "call-recovered":
      return `recovered ${effect.callId} from ${effect.gateway}`;
    case "journal":
      return `journal ${effect.what}: ${effect.text}`;
  }
}

export function recordText(record: CallRecord, wallOffset: number): string {
  const instant = (name: string, at: RecordedInstant) => `${name} ${at.at - wallOffset}±${at.errorMs} by ${at.source}`;
  return [
    `record of ${record.callId}: ${record.calling.number ?? "?"} → ${record.called.number ?? "?"}`,
    instant("answer", record.answer),
    instant("end", record.end),
    `${record.durationMs}±${record.durationErrorMs} ms`,
    `cause ${record.cause} by ${record.releasedBy ?? "unknown"}`,
    record.outcome,
    record.origin,
    `epochs ${record.epochs.map((epoch) => epoch.number).join(",")}`,
  ].join(", ");
}
