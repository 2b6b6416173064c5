/** `--mutant NAME`: runs one mutant, or all of them, and tells what noticed it. */
import { everyMutant, mutantNamed } from "../mutants/every-mutant.ts";
import type { Mutant } from "../mutants/mutant.ts";
import { killMutant } from "./mutate.ts";

/** The mutants of this name; null where there is none. */
export function mutantsNamed(name: string): readonly Mutant[] | null {
  if (name === "all") return everyMutant;
  const mutant = mutantNamed(name);
  return mutant === null ? null : [mutant];
}

export function mutantNames(): string {
  return everyMutant.map(({ name }) => name).join(", ");
}

/** @returns true where each of them was noticed */
export async function runMutants(mutants: readonly Mutant[], json: boolean, say: (text: string) => void): Promise<boolean> {
  let noticed = true;
  for (const mutant of mutants) {
    const killed = await killMutant(mutant);
    noticed &&= killed !== null;
    if (json) say(JSON.stringify({ mutant: mutant.name, seed: killed?.seed ?? null, by: killed?.by ?? null }));
    else if (killed === null) say(`${mutant.name}: nothing noticed it.`);
    else say(`${mutant.name}: ${killed.seed === null ? "" : `seed ${killed.seed}: `}${killed.by}\n  ${mutant.teaches}`);
  }
  return noticed;
}
