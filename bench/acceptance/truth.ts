/** Call records against what the simulated parties themselves saw: the ground truth that the gateways' stations keep. */
import type { CallRecord } from "../../server/core/calls/call-record.ts";
import type { NodeName } from "../../server/core/identity.ts";
import { createOperatorClient } from "../../server/runtime/operator-client.ts";
import type { RealLab } from "../real-lab.ts";

export interface AnsweredCall {
  readonly sequence: number;
  readonly callId: string;
  readonly side: "calling" | "called";
  readonly endpoint: string;
  readonly answeredAt: number;
  readonly endedAt: number;
  readonly releasedBy: "calling" | "called";
}

/** Answered calls that ended, as the called parties saw them. */
export async function truthOf(lab: RealLab): Promise<AnsweredCall[]> {
  const all = await Promise.all(lab.site.gateways.map(async ({ name, operator }) => truthAt(lab, name, operator)));
  return all.flat();
}

async function truthAt(lab: RealLab, name: NodeName, operator: { host: string; port: number }): Promise<AnsweredCall[]> {
  const client = createOperatorClient({ ...operator, token: lab.token });
  const calls: AnsweredCall[] = [];
  try {
    for (let after = 0; ; ) {
      const reply = await client.get<{ calls: AnsweredCall[]; last: number }>(`/stations/truth?after=${after}`);
      if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply)}`);
      calls.push(...reply.value.calls);
      const last = reply.value.calls.at(-1);
      if (last === undefined) return calls;
      after = last.sequence;
    }
  } finally {
    client.close();
  }
}

/** What is wrong between records and truth, one sentence each; empty = every answered call that ended has exactly one right record. */
export function disagreements(records: readonly CallRecord[], truth: readonly AnsweredCall[]): string[] {
  const found: string[] = [];
  const byCall = new Map<string, CallRecord>();
  for (const record of records) {
    if (byCall.has(record.callId)) found.push(`${record.callId} has two records`);
    byCall.set(record.callId, record);
  }
  const ends = new Map<string, AnsweredCall[]>();
  for (const call of truth) ends.set(call.callId, [...(ends.get(call.callId) ?? []), call]);
  for (const [callId, sides] of ends) {
    const record = byCall.get(callId);
    if (record === undefined) {
      const at = new Date(Math.min(...sides.map((side) => side.endedAt))).toISOString();
      found.push(`${callId} was answered and ended at ${at} at ${sides.map((side) => side.endpoint).join(" and ")}, and has no record`);
      continue;
    }
    const answeredAt = Math.min(...sides.map((side) => side.answeredAt));
    const endedAt = Math.min(...sides.map((side) => side.endedAt));
    const wrongMs = Math.abs(record.durationMs - (endedAt - answeredAt));
    if (wrongMs > record.durationErrorMs) {
      found.push(wrongDuration(record, sides, answeredAt, endedAt));
    }
  }
  for (const callId of byCall.keys()) if (!ends.has(callId)) found.push(`${callId} has a record, but nobody answered it`);
  return found;
}

function wrongDuration(record: CallRecord, sides: readonly AnsweredCall[], answeredAt: number, endedAt: number): string {
  // The command line writes instants as ISO 8601.
  const off = (recorded: number | string, real: number): string => `${Math.round(new Date(recorded).getTime() - real)} ms off`;
  const { answer, end } = record;
  const seen = sides
    .map((side) => `${side.side} ${Math.round(side.answeredAt - answeredAt)}..${Math.round(side.endedAt - answeredAt)}`)
    .join(", ");
  return (
    `${record.callId} (${record.origin}): ${record.durationMs} ms recorded (± ${record.durationErrorMs}), ${endedAt - answeredAt} ms true; ` +
    `answer by ${answer.source} ${off(answer.at, answeredAt)}, end by ${end.source} ${off(end.at, endedAt)}, released by ${record.releasedBy}, parties ${seen}`
  );
}
