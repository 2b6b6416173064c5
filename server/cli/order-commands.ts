/** The commands of the operator's verbs: their words become one request each. */
import type { Command } from "commander";
import type { OrderRequest } from "../core/status/order.ts";
import { UsageError } from "./failure.ts";
import { instantOf } from "./instant.ts";
import type { CommonOptions } from "./open-context.ts";
import type { OrderOptions } from "./order.ts";
import type { SwitchoverOptions } from "./switchover.ts";

type Action = (...given: unknown[]) => Promise<void>;
type Doing = <Own>(run: (common: CommonOptions, own: Own, words: string[]) => Promise<void>) => Action;

type SwitchoverWords = SwitchoverOptions & { readonly at?: string; readonly cancel: boolean };
type PauseWords = OrderOptions & { readonly until?: string };
type FailbackWords = OrderOptions & { readonly to?: string };

async function give(common: CommonOptions, request: OrderRequest, options: OrderOptions): Promise<void> {
  await (await import("./order.ts")).order(common, request, options);
}

export function addOrderCommands(program: Command, doing: Doing): void {
  addSwitchover(program, doing);
  addForced(program, doing);
  addGuard(program, doing);
  addVoters(program, doing);
  addLending(program, doing);
}

/** What every verb has. */
function verb(parent: Command, words: string, description: string): Command {
  return parent
    .command(words)
    .description(description)
    .requiredOption("--reason <text>", "why; it is kept in the audit log")
    .option("--dry-run", "show the plan and what stands against it; change nothing", false)
    .option("--yes", "do not ask", false);
}

function addSwitchover(program: Command, doing: Doing): void {
  verb(program, "switchover", "hand control to the other call server; no call is dropped")
    .option("--to <name>", "the call server that takes over (else the standby)")
    .option("--at <time>", "not now but then: ISO 8601 with its zone, or +90s, +30m, +2h")
    .option("--cancel", "cancel the one that is scheduled, or handing over now", false)
    .action(
      doing(async (common, own: SwitchoverWords) => {
        if (own.cancel && (own.at !== undefined || own.to !== undefined))
          throw new UsageError("--cancel stands alone, without --at and --to");
        if (own.cancel) return give(common, { verb: "cancel-switchover" }, own);
        if (own.at === undefined) return (await import("./switchover.ts")).switchover(common, own);
        const at = instantOf(own.at, "--at", Date.now());
        return give(common, { verb: "schedule-switchover", to: own.to ?? null, at }, own);
      }),
    );
}

function addForced(program: Command, doing: Doing): void {
  for (const [name, description] of [
    ["failover-now", "this server takes the title without the primary's consent"],
    ["override", "disaster: this server controls what grants it, without the title"],
  ] as const) {
    verb(program, `${name} <server>`, description)
      .option("--confirm <server>", "the server that loses control, for scripts; else it is asked for")
      .action(doing(async (common, own: OrderOptions, [to = ""]) => give(common, { verb: name, to }, own)));
  }
}

function addGuard(program: Command, doing: Doing): void {
  verb(program, "pause", "no change of role happens by itself until resumed")
    .option("--until <time>", "or until then: ISO 8601 with its zone, or +90s, +30m, +2h")
    .action(
      doing(async (common, own: PauseWords) => {
        const until = own.until === undefined ? null : instantOf(own.until, "--until", Date.now());
        await give(common, { verb: "pause", until }, own);
      }),
    );
  for (const [name, description] of [
    ["resume", "automatic changes of role are allowed again"],
    ["acknowledge", "the automatic changes so far were seen: their count begins anew"],
  ] as const)
    verb(program, name, description).action(doing(async (common, own: OrderOptions) => give(common, { verb: name }, own)));
}

function addVoters(program: Command, doing: Doing): void {
  const voters = program
    .command("voters")
    .description("who votes; voters are added and removed one at a time")
    .action(doing(async (common) => (await import("./voters.ts")).voters(common)));
  for (const name of ["add", "remove"] as const)
    verb(voters, `${name} <voter>`, `${name} one voter, at the server that holds the title`).action(
      doing(async (common, own: OrderOptions, [voter = ""]) => give(common, { verb: `${name}-voter`, voter }, own)),
    );
  verb(program, "admit <voter>", "a voter that lost its storage takes part again, although nobody holds the title")
    .option("--confirm <voter>", "its name again, for scripts; else it is asked for")
    .action(doing(async (common, own: OrderOptions, [voter = ""]) => give(common, { verb: "admit-voter", voter }, own)));
}

function addLending(program: Command, doing: Doing): void {
  verb(program, "failback [gateways...]", "hand control, or only these gateways, back to the preferred server")
    .option("--to <name>", "another server than the preferred one")
    .action(
      doing(async (common, own: FailbackWords, gateways) =>
        give(common, { verb: "failback", to: own.to ?? null, gateways: gateways.length === 0 ? null : gateways }, own),
      ),
    );
  verb(program, "recall <gateways...>", "take lent gateways back to the server that holds the title").action(
    doing(async (common, own: OrderOptions, gateways) => give(common, { verb: "recall", gateways }, own)),
  );
}
