/** `tandem gateway show` and `tandem gateway poll`: how a gateway, or gear of others, is audited, and one audit now. */
import type { Command } from "commander";
import type { CommonOptions } from "./open-context.ts";

type Doing = <Own>(run: (common: CommonOptions, own: Own, words: string[]) => Promise<void>) => (...given: unknown[]) => Promise<void>;

/** Whoever comes first makes the command. */
export function gatewayCommand(program: Command): Command {
  const there = program.commands.find((one) => one.name() === "gateway");
  return there ?? program.command("gateway").description("our gateways and gear of others: how they are audited, and what they can say");
}

const by = ["--by <server>", "as this call server audits it (else the primary)"] as const;

export function addGatewayAudits(program: Command, doing: Doing): void {
  const gateway = gatewayCommand(program);
  gateway
    .command("show <name>")
    .description("its profile, its last polls, where it disagrees with the server, what looks stuck")
    .option(...by)
    .action(
      doing(async (common, own: { by?: string }, words) => (await import("./gateway-show.ts")).showGateway(common, words[0] ?? "", own)),
    );
  gateway
    .command("poll <name>")
    .description("audit it now, and show what was said; changes no call")
    .option("--full", "every row, not only whether it is there", false)
    .option(...by)
    .action(
      doing(async (common, own: { full: boolean; by?: string }, words) =>
        (await import("./gateway-poll.ts")).pollGateway(common, words[0] ?? "", own),
      ),
    );
}
