/** Runs a mutant: the simulator and the core are bundled anew with its edits, and its seeds or its scenario must notice. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Edit, Mutant } from "../mutants/mutant.ts";
import type { play } from "../scenarios/play.ts";
import type { runSeed } from "../swarm.ts";
import { scenarioText } from "./scenario-files.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface MutatedWorld {
  readonly runSeed: typeof runSeed;
  readonly play: typeof play;
  readonly playCalls: (script: string) => { readonly text: string };
}

export interface Killed {
  /** The seed that noticed; null where a scenario did. */
  readonly seed: number | null;
  readonly by: string;
}

/** Throws where an edit does not find its text exactly once: then the code moved on without its mutant. */
export async function loadMutant(mutant: Mutant): Promise<MutatedWorld> {
  const texts = mutatedTexts(mutant.edits);
  const bundle = await build({
    // Both from one bundle, so that core and simulator are the mutant's own copies.
    stdin: {
      contents:
        'export { play } from "./scenarios/play.ts";\nexport { runSeed } from "./swarm.ts";\nexport { play as playCalls } from "../core/calls/scenarios/play.ts";',
      resolveDir: join(root, "server/sim"),
    },
    bundle: true,
    format: "esm",
    platform: "neutral",
    write: false,
    logLevel: "silent",
    plugins: [
      {
        name: "mutant",
        setup(set) {
          set.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = texts.get(path);
            return contents === undefined ? null : { contents, loader: "ts" };
          });
        },
      },
    ],
  });
  const code = bundle.outputFiles[0]?.text ?? "";
  return import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`) as Promise<MutatedWorld>;
}

function mutatedTexts(edits: readonly Edit[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const path = join(root, file);
    const text = texts.get(path) ?? readFileSync(path, "utf8");
    const found = text.split(find).length - 1;
    if (found !== 1) throw new Error(`${file} has ${found} places like this, not one: ${find}`);
    texts.set(
      path,
      text.replace(find, () => replace),
    );
  }
  return texts;
}

/** `line 25: <invariant> Violated at 3525.8 ms: …` is the invariant; an expectation that was not met is itself. */
function inWords(failure: string): string {
  const said = failure.replace(/^line \d+: /, "");
  return said.split(" Violated at ")[0] ?? said;
}

/** What noticed the mutant; null where it survived all that should notice it. */
export async function killMutant(mutant: Mutant): Promise<Killed | null> {
  const world = await loadMutant(mutant);
  if ("scenario" in mutant.shows) {
    const [failure] = world.play(scenarioText(mutant.shows.scenario)).failures;
    return failure === undefined ? null : { seed: null, by: inWords(failure) };
  }
  if ("callScenario" in mutant.shows) {
    const name = mutant.shows.callScenario;
    const text = readFileSync(join(root, `server/core/calls/scenarios/${name}.txt`), "utf8");
    return world.playCalls(text).text === text ? null : { seed: null, by: `call scenario ${name} goes another way` };
  }
  const { seeds, from = 1 } = mutant.shows;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const { failure } = world.runSeed(seed);
    if (failure !== null) return { seed, by: failure.invariant };
  }
  return null;
}
