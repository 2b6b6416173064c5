/** A worker thread: puts one range of inputs after another to its decoder and answers each with what came of it. */
import { parentPort, workerData } from "node:worker_threads";
import { chosenDecoder } from "./chosen-decoder.ts";
import { LeakWatch } from "./leak-watch.ts";
import { Mutator } from "./mutator.ts";
import { runRange } from "./range.ts";
import { progress, type Range, type WorkerData, type WorkerReply } from "./worker-message.ts";

const { registry, decoder: name, seed, shared } = workerData as WorkerData;
const decoder = await chosenDecoder(registry, name);
const mutator = new Mutator(decoder);
const leaks = new LeakWatch();
const noted = new Int32Array(shared);

parentPort?.on("message", ({ from, to }: Range) => {
  Atomics.store(noted, progress.busy, 1);
  const result = runRange({
    decoder,
    mutator,
    seed,
    from,
    to,
    begins: (index) => Atomics.store(noted, progress.index, index),
  });
  Atomics.store(noted, progress.busy, 0);
  const leak = leaks.after({ from, to: from + result.inputs });
  parentPort?.postMessage({ ...result, heapGrown: leaks.grown, leak } satisfies WorkerReply);
});
parentPort?.postMessage("ready");
