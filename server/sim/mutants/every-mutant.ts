/** All mutants, by name. */
import { callMutants } from "./call-mutants.ts";
import { decisionMutants } from "./decision-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { titleMutants } from "./title-mutants.ts";

export const everyMutant: readonly Mutant[] = [...titleMutants, ...decisionMutants, ...callMutants];

export function mutantNamed(name: string): Mutant | null {
  return everyMutant.find((mutant) => mutant.name === name) ?? null;
}
