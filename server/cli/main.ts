/**
 * `tandem …`: the operations of the console from a shell, straight to the nodes, so that it works while the console is down.
 * Each command loads only what it needs; the process leaves with 0 only when the command did what it says.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { groupDigits } from "../operations/words.ts";
import { report } from "./failure.ts";
import { addGatewayAudits } from "./gateway-audits.ts";
import { addGatewayCommands } from "./gateway-commands.ts";

import type { CommonOptions } from "./open-context.ts";
import { addOrderCommands } from "./order-commands.ts";

const program = new Command("tandem")
  .description("High availability for call servers: status, switchover, call records and the lab from a shell.")
  .option("--config <file>", "tandem.yaml of the site (else the one in the data folder)")
  .option("--data <folder>", "data folder (else $TANDEM_DATA, else the configuration's folder, else ./data)")
  .option("--json", "print JSON for scripts", false)
  .showHelpAfterError("(tandem --help lists the commands)")
  // Wrong words are 2, whoever finds them; only the help that was asked for is 0.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

function whole(from: number, to: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < from || value > to)
      throw new InvalidArgumentError(`It must be a whole number from ${groupDigits(from)} to ${groupDigits(to)}.`);
    return value;
  };
}

/** Runs a command's own module; whatever it throws ends as one sentence on stderr, or as JSON on stdout, and in the exit code. */
function doing<Own>(run: (common: CommonOptions, own: Own, words: string[]) => Promise<void>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given[given.length - 1] as Command;
    const own = given[given.length - 2] as Own;
    const words = given
      .slice(0, -2)
      .flat()
      .filter((word) => word !== undefined)
      .map(String);
    const common = command.optsWithGlobals() as CommonOptions;
    await run(common, own, words).catch((error: unknown) => report(error, common.json));
  };
}

program
  .command("status")
  .description("who is primary, how each node is, what the last change of control was")
  .action(doing(async (common) => (await import("./status.ts")).status(common)));

program
  .command("connections")
  .description("the connections that are up now, as the primary knows them")
  .option("--gateway <name>", "only of this gateway")
  .option("--number <digits>", "only with a number that begins so")
  .option("--limit <n>", "at most so many rows", whole(1, 10_000), 1000)
  .action(
    doing(async (common, own: { gateway?: string; number?: string; limit: number }) =>
      (await import("./connections.ts")).connections(common, own),
    ),
  );

program
  .command("records")
  .description("call records, newest first")
  .option("--from <time>", "started at or after, ISO 8601")
  .option("--to <time>", "started before, ISO 8601")
  .option("--number <digits>", "calling or called number begins so")
  .option("--gateway <name>", "through this gateway")
  .option("--limit <n>", "at most so many, the newest", whole(1, 1_000_000), 100)
  .action(doing(async (common, own: import("./records.ts").RecordsOptions) => (await import("./records.ts")).records(common, own)));

program
  .command("history [id]")
  .description("failovers and switchovers, newest first; with an id or a number, that one step by step, gateway by gateway")
  .option("--limit <n>", "at most so many", whole(1, 500), 20)
  .action(doing(async (common, own: { limit: number }, words) => (await import("./history.ts")).history(common, own, words[0])));

addOrderCommands(program, doing);
addGatewayCommands(program, doing, whole);
addGatewayAudits(program, doing);

const lab = program.command("lab").description("the lab's processes, links and traffic");
lab
  .command("status")
  .description("processes, cuts and traffic")
  .action(doing(async (common) => (await import("./lab.ts")).labStatus(common)));
for (const [action, what] of [
  ["kill", "SIGKILL its process"],
  ["freeze", "SIGSTOP its process"],
  ["thaw", "SIGCONT its process"],
  ["restart", "start its process again"],
] as const) {
  lab
    .command(`${action} <node>`)
    .description(what)
    .action(doing(async (common, _own, words) => (await import("./lab.ts")).act(common, action, words[0] ?? "")));
}
for (const verb of ["cut", "heal"] as const) {
  lab
    .command(`${verb} <a> <b>`)
    .description(`${verb} the link between two nodes`)
    .addOption(new Option("--path <path>", "which path").choices(["1", "2", "all"]).default("all"))
    .option("--one-way", "only from a to b", false)
    .action(
      doing(async (common, own: { path: "1" | "2" | "all"; oneWay: boolean }, words) =>
        (await import("./lab.ts")).link(common, verb, words, own),
      ),
    );
}
lab
  .command("traffic")
  .description("keep so many calls up")
  .requiredOption("--calls <n>", "calls", whole(0, 2000))
  .action(doing(async (common, own: { calls: number }) => (await import("./lab.ts")).traffic(common, own.calls)));

program
  .command("node <kind> <name>")
  .description("run one node in this process: call-server, gateway, witness or console; needs --config and --data")
  .option("--commission", "first start of a voter on an empty folder: it may vote from now on", false)
  .action(doing(async (common, own: { commission: boolean }, words) => (await import("./node.ts")).node(common, own, words)));

const config = program.command("config").description("the site's configuration");
config
  .command("validate [file]")
  .description("explain the configuration, or every reason to refuse it")
  .action(doing(async (common, _own, words) => (await import("./config.ts")).validate(common, words[0])));
config
  .command("schema")
  .description("print the JSON Schema of tandem.yaml")
  .action(doing(async () => (await import("./config.ts")).schema()));

// Whoever reads us may have seen enough (`tandem status | head -1`): that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

await program.parseAsync();
