/**
 * Lane 4: one row a gateway, in the order of the configuration. Left the promise to the old owner with its end,
 * then the time without an owner, empty, then the work of the new one: two owners can be seen never to overlap.
 */
import type { FailoverReport, ReportedGateway } from "../../../server/core/timeline/failover-report.ts";
import { onPath } from "./critical-path.ts";
import { box, type LaneDrawing, line, type Mark, placed, type Tone, text } from "./mark.ts";
import { lastGateway, milestones } from "./milestones.ts";
import { roomOf } from "./room.ts";
import { type Scale, xOf } from "./scale.ts";
import { counted } from "./words.ts";

const pitch = 16;

export function gatewaysLane(report: FailoverReport, scale: Scale, top: number, soFarMs: number): LaneDrawing {
  const last = report.state === "in-progress" ? null : lastGateway(report);
  // With a narrow gutter the lane's name takes a line of its own above the gateways' names.
  const first = top + (scale.left < 100 ? 32 : 12);
  const marks = report.gateways.flatMap((gateway, index) => {
    const critical = last !== null && gateway.gateway === last.gateway && gateway.connections > 0 && onPath(report, gateway);
    return gatewayRow(report, gateway, scale, first + index * pitch, critical, soFarMs);
  });
  return { name: "Gateways", top, bottom: first + 4 + Math.max(1, report.gateways.length) * pitch, marks };
}

function gatewayRow(report: FailoverReport, gateway: ReportedGateway, scale: Scale, y: number, critical: boolean, soFarMs: number): Mark[] {
  const marks: Mark[] = [text(scale.left - 8, y + 4, gateway.gateway, critical ? "ink" : "ink-2", { mono: true, anchor: "end" })];
  marks.push(...promiseMarks(report, gateway, scale, y, soFarMs));
  const work = workOf(report, gateway, soFarMs);
  for (const part of work.parts) {
    const x = xOf(scale, part.fromMs);
    const width = xOf(scale, part.untilMs) - x;
    if (part.name === "connect") marks.push(box(`${gateway.gateway} connect`, x, y - 1, width, 2, "mark-2"));
    else marks.push(box(`${gateway.gateway} ${part.name}`, x, y - 4, width, 8, part.tone, part.open));
  }
  const endX = xOf(scale, work.endMs);
  if (critical && work.parts[0]) {
    const startX = xOf(scale, work.parts[0].fromMs);
    marks.push(line("critical path", [startX, y + 6.5], [Math.max(endX, startX + 2), y + 6.5], "ink", 1.5));
  }
  const said = gatewayText(gateway, critical);
  if (said !== "") {
    const startX = xOf(scale, work.parts[0]?.fromMs ?? work.endMs);
    const tone = critical ? "ink" : gateway.state === "failed" ? "red" : "ink-2";
    const label = placed([startX, endX + 1], y + 4, [said, said.split(/,| \+/)[0] ?? said], tone, roomOf(report, scale, soFarMs), true);
    if (label !== null) marks.push(label);
  }
  return marks;
}

function promiseMarks(report: FailoverReport, gateway: ReportedGateway, scale: Scale, y: number, soFarMs: number): Mark[] {
  if (gateway.promiseEndMs !== null) {
    const x = xOf(scale, gateway.promiseEndMs);
    return [
      line(`${gateway.gateway} promised to ${report.from ?? "the old owner"}`, [scale.left, y], [x, y], "mark-2"),
      line(`${gateway.gateway} promise ran out`, [x, y - 4], [x, y + 4], "mark", 1.5),
    ];
  }
  // Gear that makes no promise, or one that nobody told: dotted until the title, and no end tick.
  const untilMs = Math.min(milestones(report).titleMs ?? soFarMs, gateway.grantedMs ?? Number.POSITIVE_INFINITY);
  return [line(`${gateway.gateway} promise not told`, [scale.left, y], [xOf(scale, untilMs), y], "mark-2", 1, true)];
}

interface Part {
  readonly name: "connect" | "audit" | "history" | "adopt" | "waiting";
  readonly fromMs: number;
  readonly untilMs: number;
  readonly tone: Tone;
  readonly open: boolean;
}

/** The new owner's work on one gateway; the part under way is open and runs to now. */
export function workOf(
  report: FailoverReport,
  gateway: ReportedGateway,
  soFarMs: number,
): { readonly parts: readonly Part[]; readonly endMs: number } {
  const titleMs = milestones(report).titleMs;
  const startMs = gateway.grantedMs ?? titleMs;
  if (startMs === null) return { parts: [], endMs: gateway.promiseEndMs ?? 0 };
  // The commands begin with the title, even where this gateway granted earlier.
  let cursor = gateway.connectedMs === null ? startMs : Math.min(Math.max(startMs, titleMs ?? startMs), gateway.connectedMs);
  const parts: Part[] = [];
  const stages = [
    ["connect", gateway.connectedMs, "mark-2"],
    ["audit", gateway.auditedMs, "mark-2"],
    ["history", gateway.historyMs, "mark"],
    ["adopt", gateway.adoptedMs, "ink"],
  ] as const;
  // Audit and history are read side by side: which ends first depends on the gear.
  const done = stages
    .flatMap(([name, doneMs, tone]) => (doneMs === null ? [] : [{ name, doneMs, tone }]))
    .sort((a, b) => a.doneMs - b.doneMs);
  for (const { name, doneMs, tone } of done) {
    const untilMs = Math.max(cursor, doneMs);
    parts.push({ name, fromMs: cursor, untilMs, tone, open: false });
    cursor = untilMs;
  }
  const underWay = gateway.adoptedMs === null && gateway.state !== "done" && gateway.state !== "failed";
  if (underWay && report.state === "in-progress" && soFarMs > cursor) {
    parts.push({ name: "waiting", fromMs: cursor, untilMs: soFarMs, tone: "mark-2", open: true });
    cursor = soFarMs;
  }
  return { parts, endMs: cursor };
}

function gatewayText(gateway: ReportedGateway, critical: boolean): string {
  if (gateway.state === "failed") return `failed${gateway.note ? `: ${gateway.note}` : ""}`;
  if (gateway.state !== "done") return gateway.grantedMs === null && gateway.state === "waiting" ? "" : gateway.state;
  const records = gateway.recordsRecovered > 0 ? ` +${counted(gateway.recordsRecovered, "record")}` : "";
  if (gateway.connections === 0 && records === "") return "none";
  return `${gateway.connections}${critical ? ", last" : ""}${records}`;
}
