/** A decoder by its name, from the registry or from another module of the same shape: tests plant faults so. */
import type { AnyDecoder } from "./decoder.ts";

export async function chosenDecoder(registry: string, name: string): Promise<AnyDecoder> {
  const { decoders } = (await import(registry)) as { decoders: readonly AnyDecoder[] };
  const found = decoders.find((decoder) => decoder.name === name);
  if (found === undefined) throw new Error(`there is no decoder ${name}`);
  return found;
}
