/** A mutant: one deliberate fault in the code, which the checkers must notice. One that none of them notices tells of a hole in them. */
export interface Mutant {
  readonly name: string;
  /** What goes wrong with it, and therefore why the rule is there. */
  readonly teaches: string;
  /** Every replacement must find its text exactly once, so that a mutant cannot rot unnoticed. */
  readonly edits: readonly Edit[];
  /** Where it shows; `seeds` are so many from `from` on, which is 1 unless the first ones are known not to show it. */
  readonly shows: { readonly scenario: string } | { readonly seeds: number; readonly from?: number } | { readonly callScenario: string };
}

export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export function edit(file: string, find: string, replace: string): Edit {
  return { file, find, replace };
}
