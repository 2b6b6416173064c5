/** Input number n of a seed: a message of the corpus with some mutations in a row, now and then as it was, now and then noise. */
import type { AnyDecoder, Grammar } from "./decoder.ts";
import { berMutations } from "./mutations/ber-mutations.ts";
import type { Mutation, Stock } from "./mutations/mutation.ts";
import { interestingSequences, octetMutations } from "./mutations/octet-mutations.ts";
import { linesOf, textMutations, tokensOf } from "./mutations/text-mutations.ts";
import { Random } from "./random.ts";
import { Scratch } from "./scratch.ts";

/** One input in so many is left as it was. */
const unmutatedOneIn = 50;
const noiseOneIn = 100;
const mostTokens = 4000;
const mostMutations = 12;

const ofGrammar: Readonly<Record<Grammar, readonly Mutation[]>> = { text: textMutations, ber: berMutations, octets: [] };

export class Mutator {
  private readonly stock: Stock;
  private readonly mutations: readonly (readonly Mutation[])[];
  private readonly scratch: Scratch;
  private readonly random = new Random();
  private readonly decoder: AnyDecoder;

  constructor(decoder: AnyDecoder) {
    this.decoder = decoder;
    const corpus = decoder.corpus();
    if (corpus.length === 0) throw new Error(`${decoder.name} has no corpus`);
    const text = decoder.grammar === "text";
    this.stock = {
      corpus,
      tokens: text ? [...tokensOf(corpus, mostTokens), ...interestingSequences] : [],
      lines: text ? linesOf(corpus, mostTokens) : [],
    };
    const own = ofGrammar[decoder.grammar];
    this.mutations = own.length === 0 ? [octetMutations] : [octetMutations, own];
    this.scratch = new Scratch(decoder.maxOctets);
  }

  /** Depends on the seed, the number and the corpus alone. */
  input(seed: number, index: number): Uint8Array {
    const { random, scratch, stock } = this;
    random.start(seed, index);
    if (random.once(noiseOneIn)) return this.noise();
    scratch.load(random.pick(stock.corpus));
    if (random.once(unmutatedOneIn)) return scratch.copy();
    let left = mostMutations;
    do {
      const mutate = random.pick(random.pick(this.mutations));
      if (scratch.length > 0) mutate(scratch, random, stock);
      left -= 1;
    } while (left > 0 && !random.once(3));
    if (this.decoder.repair !== undefined && random.once(2)) this.decoder.repair(scratch);
    return scratch.copy();
  }

  private noise(): Uint8Array {
    const octets = new Uint8Array(this.random.length(this.random.once(10) ? this.scratch.capacity : 256));
    for (let at = 0; at < octets.length; at += 1) octets[at] = this.random.next() & 0xff;
    return octets;
  }
}
