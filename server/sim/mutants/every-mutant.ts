/** All mutants, by name. */
import { decisionMutants } from "./decision-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { titleMutants } from "./title-mutants.ts";

export const everyMutant: readonly Mutant[] = [...titleMutants, ...decisionMutants];

export function mutantNamed(name: string): Mutant | null {
  return everyMutant.find((mutant) => mutant.name === name) ?? null;
}
