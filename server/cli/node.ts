/**
 * `tandem node <kind> <name>`: runs a node in this very process. A dynamic import and no child process: the pid that systemd
 * or a person sees is the node's, and signals reach it without a middleman.
 */
import { UsageError } from "./failure.ts";
import type { CommonOptions } from "./open-context.ts";

export async function node(common: CommonOptions, own: { commission: boolean }, words: readonly string[]): Promise<void> {
  if (common.config === undefined || common.data === undefined)
    throw new UsageError("A node needs --config <tandem.yaml> and --data <its own folder>.");
  // The node reads it from its environment, where a supervisor or systemd would put it.
  if (own.commission) process.env.TANDEM_COMMISSION = "1";
  const { startNode } = await import("../nodes/main.ts");
  const problem = await startNode([...words, "--config", common.config, "--data", common.data]);
  if (problem !== null) throw new UsageError(problem);
}
