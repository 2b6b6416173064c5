/**
 * `npm run fuzz`: mutated real messages put to every decoder that reads what strangers send. A decoder promises: it never throws, never
 * takes long, keeps nothing, its results are bounded by its input, and what it accepted, written again, reads the same.
 * Exit code 0 = every promise was kept, 1 = one was broken, 2 = the command was not understood.
 */
import { availableParallelism } from "node:os";
import { inspect, parseArgs } from "node:util";
import { runCrew } from "./crew.ts";
import type { AnyDecoder } from "./decoder.ts";
import { examineGuarded } from "./guarded.ts";
import { Mutator } from "./mutator.ts";
import { decoders } from "./registry.ts";
import { findingReport, shown, totalsLine } from "./report.ts";

const usage = `npm run fuzz -- [decoder…] [--inputs N] [--seed S] [--seconds N] [--workers N] [--at N] [--list]

  --inputs N    mutated inputs for each decoder (10,000,000)
  --seed S      where the inputs come from (random); one seed gives the same inputs again
  --seconds N   so long for each decoder at most
  --workers N   threads (all cores)
  --at N        only input N of the seed, and what comes of it
  --list        the decoders: ${decoders.map(({ name }) => name).join(", ")}`;

const options = {
  inputs: { type: "string" },
  seed: { type: "string" },
  seconds: { type: "string" },
  workers: { type: "string" },
  at: { type: "string" },
  list: { type: "boolean" },
  help: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

class Misuse extends Error {}

const bounds = {
  inputs: [1, 2_000_000_000],
  seed: [0, 0xffffffff],
  seconds: [1, 1_000_000],
  workers: [1, 256],
  at: [0, 2_000_000_000],
} as const;
const defaultInputs = 10_000_000;
const tellEveryMs = 5000;
const onlyOneMs = 10_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function whole(values: Values, name: keyof typeof bounds): number | null {
  const text = values[name];
  if (text === undefined) return null;
  const [least, most] = bounds[name];
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new Misuse(`--${name} must be a whole number from ${least} to ${most}, not ${text}.`);
  return value;
}

function chosen(names: readonly string[]): readonly AnyDecoder[] {
  const unknown = names.find((name) => !decoders.some((decoder) => decoder.name === name));
  if (unknown !== undefined) throw new Misuse(`There is no decoder ${unknown}.`);
  return names.length === 0 ? decoders : decoders.filter(({ name }) => names.includes(name));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) {
    say(usage);
    return 0;
  }
  const among = chosen(positionals);
  if (values.list) {
    for (const { name, corpus, grammar, maxOctets } of among) {
      say(`${name.padEnd(14)} ${corpus().length} real messages, mutated as ${grammar}, at most ${maxOctets} octets`);
    }
    return 0;
  }
  const seed = whole(values, "seed");
  const at = whole(values, "at");
  if (at !== null) return oneInput(among, seed, at);
  const limits = { inputs: whole(values, "inputs") ?? defaultInputs, seconds: whole(values, "seconds"), workers: whole(values, "workers") };
  return manyInputs(among, seed ?? Math.floor(Math.random() * 2 ** 32), limits);
}

interface Limits {
  readonly inputs: number;
  readonly seconds: number | null;
  readonly workers: number | null;
}

async function manyInputs(among: readonly AnyDecoder[], seed: number, { inputs, seconds, workers }: Limits): Promise<number> {
  say(`seed ${seed}`);
  let broken = 0;
  const lines: string[] = [];
  for (const decoder of among) {
    const begun = performance.now();
    let toldAt = begun;
    const totals = await runCrew({
      registry: new URL("./registry.ts", import.meta.url).href,
      decoder: decoder.name,
      seed,
      inputs,
      untilMs: seconds === null ? null : begun + 1000 * seconds,
      workers: workers ?? availableParallelism(),
      onProgress(so) {
        if (performance.now() - toldAt < tellEveryMs) return;
        toldAt = performance.now();
        process.stderr.write(`${totalsLine(decoder.name, so, (toldAt - begun) / 1000)}\n`);
      },
    });
    lines.push(totalsLine(decoder.name, totals, (performance.now() - begun) / 1000));
    broken += totals.findings.length;
    for (const finding of totals.findings) say(`\n${findingReport(decoder, seed, finding)}\n`);
  }
  say(lines.join("\n"));
  return broken === 0 ? 0 : 1;
}

function oneInput(among: readonly AnyDecoder[], seed: number | null, at: number): number {
  const [decoder] = among;
  if (decoder === undefined || among.length !== 1 || seed === null) throw new Misuse("--at goes with one decoder and a seed.");
  const octets = new Mutator(decoder).input(seed, at);
  say(`${octets.length} octets: ${shown(octets)}\nas text: ${JSON.stringify(String.fromCharCode(...octets.subarray(0, 2000)))}`);
  const { accepted, size, problem, ms } = examineGuarded(decoder, octets, onlyOneMs);
  say(`${accepted ? "accepted" : "refused"} in ${ms.toFixed(2)} ms, a result of ${size} octets`);
  if (problem !== null) say(`${problem.kind}: ${problem.text}`);
  else say(inspect(decoder.decode(octets), { depth: 10, breakLength: 140 }));
  return problem === null ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const misused = error instanceof Misuse || (error instanceof TypeError && "code" in error);
  process.stderr.write(misused ? `${error.message}\n${usage}\n` : `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}
