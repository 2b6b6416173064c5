/** Every mutant is killed: by its scenario, or within its stated number of seeds. A survivor is a hole in the checkers. */
import { describe, expect, test } from "vitest";
import { everyMutant } from "../mutants/every-mutant.ts";
import { killMutant } from "./mutate.ts";

describe("mutants", () => {
  test.each(everyMutant)(
    "$name",
    async (mutant) => {
      const killed = await killMutant(mutant);
      if (process.env.TANDEM_MUTANTS) process.stdout.write(`${mutant.name}\t${killed?.seed ?? "-"}\t${killed?.by ?? "SURVIVED"}\n`);
      expect(killed).not.toBeNull();
    },
    60_000,
  );
});
