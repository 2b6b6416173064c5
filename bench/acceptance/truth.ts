/** Call records against what the simulated parties themselves saw: the ground truth that the gateways' stations keep. */
import type { SeenCall } from "../../server/chaos/call-books.ts";
import { pairOf, spanOf } from "../../server/chaos/checks/call-pair.ts";
import type { CallRecord } from "../../server/core/calls/call-record.ts";
import type { NodeName } from "../../server/core/identity.ts";
import { createOperatorClient } from "../../server/runtime/operator-client.ts";
import type { RealLab } from "../real-lab.ts";

export interface AnsweredCall extends SeenCall {
  readonly sequence: number;
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
  for (const [callId, seen] of ends) {
    const record = byCall.get(callId);
    // Where only called parties answered, nobody spoke: such a call needs no record.
    const sides = pairOf(seen);
    if (sides === null && record === undefined) continue;
    if (record === undefined) {
      const at = new Date(spanOf(seen).endedAt).toISOString();
      found.push(`${callId} was answered and ended at ${at} at ${seen.map((side) => side.endpoint).join(" and ")}, and has no record`);
      continue;
    }
    const { answeredAt, endedAt } = spanOf(sides ?? seen);
    const wrongMs = Math.abs(record.durationMs - (endedAt - answeredAt));
    if (wrongMs > record.durationErrorMs) {
      found.push(wrongDuration(record, seen, answeredAt, endedAt));
    }
  }
  for (const callId of byCall.keys()) if (!ends.has(callId)) found.push(`${callId} has a record, but nobody answered it`);
  return found;
}

function wrongDuration(record: CallRecord, sides: readonly SeenCall[], answeredAt: number, endedAt: number): string {
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
