/** Asks the person at the terminal; a script says it beforehand. */
import { createInterface } from "node:readline/promises";
import { OperationError } from "../operations/operation-error.ts";
import { UsageError } from "./failure.ts";

export interface Consent {
  /** Do not ask. */
  readonly yes: boolean;
  /** What a plan wants typed, for scripts. */
  readonly confirm?: string;
}

type Confirmation = { readonly text: string; readonly because: string } | null;

/** What was typed where the plan wants something typed, else null; throws where the person does not agree. */
export async function consentTo(wanted: Confirmation, { yes, confirm }: Consent, action: string): Promise<string | null> {
  if (wanted !== null && confirm !== undefined) return confirm;
  if (wanted === null && yes) return null;
  if (!process.stdin.isTTY) {
    const how = wanted === null ? "--yes" : `--confirm ${wanted.text}`;
    throw new UsageError(`${action} needs a yes from a person. From a script, add ${how}.`);
  }
  const asked = wanted === null ? `Carry out ${action}? [y/N] ` : `${wanted.because} Type ${wanted.text} to confirm: `;
  const answer = (await ask(asked)).trim();
  if (wanted !== null) return answer;
  if (/^y(es)?$/i.test(answer)) return null;
  throw new OperationError("invalid", "Not confirmed. Nothing was changed.");
}

async function ask(question: string): Promise<string> {
  // On stderr, so that what is piped onward is the result alone.
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
