/** `tandem voters`: who votes, by which version, and what the configuration says. */
import { getControl } from "../operations/get-control.ts";
import { OperationError } from "../operations/operation-error.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { printJson, printLine } from "./output.ts";

export async function voters(common: CommonOptions): Promise<void> {
  await withContext(common, "none", async (context) => {
    const { voterSet, configuredVoters, source } = await getControl(context);
    if (voterSet === null) throw new OperationError("no-server", "No call server answers.");
    if (common.json) {
      printJson({ source, ...voterSet, configured: configuredVoters });
      return;
    }
    printLine(`${voterSet.voters.length} voters, version ${voterSet.version}, as ${source} knows them: ${voterSet.voters.join(", ")}`);
    if (voterSet.previous !== null) printLine(`A change is under way. Before it: ${voterSet.previous.join(", ")}`);
    const same = [...configuredVoters].sort().join() === [...voterSet.voters].sort().join();
    if (!same) printLine(`tandem.yaml names others: ${configuredVoters.join(", ")}. The stored set counts.`);
  });
}
