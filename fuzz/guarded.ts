/** Examines one input in this thread, but not for ever: V8 itself ends what runs longer, even inside a regular expression. */
import { createContext, Script } from "node:vm";
import type { AnyDecoder } from "./decoder.ts";
import { type Examined, examine, type ProblemKind } from "./examine.ts";
import { slowMs } from "./range.ts";

const script = new Script("run()");

export interface Guarded extends Examined {
  readonly ms: number;
}

export function examineGuarded(decoder: AnyDecoder, octets: Uint8Array, mostMs: number): Guarded {
  let examined: Examined | null = null;
  const run = (): void => {
    examined = examine(decoder, octets);
  };
  const began = performance.now();
  try {
    script.runInContext(createContext({ run }), { timeout: mostMs });
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
  }
  const ms = performance.now() - began;
  const hung: Examined = { accepted: false, size: 0, problem: { kind: "hangs", text: `not done after ${mostMs} ms` } };
  return { ...(examined ?? hung), ms };
}

/** True where this input breaks the same promise. */
export function breaksAlike(decoder: AnyDecoder, octets: Uint8Array, kind: ProblemKind): boolean {
  if (kind === "memory") return false;
  const tooLong = (): boolean => examineGuarded(decoder, octets, slowMs).problem?.kind === "hangs";
  if (kind === "slow" || kind === "hangs") return tooLong() && tooLong();
  return examineGuarded(decoder, octets, 4 * slowMs).problem?.kind === kind;
}
