/** One sentence and a severity for each fact of the control machine, as its journal line. */
import type { Fact } from "../control/member-state.ts";
import { epochText } from "../identity.ts";
import { unreachable } from "../unreachable.ts";
import type { Severity } from "./journal-event.ts";

interface FactText {
  readonly severity: Severity;
  readonly text: string;
}

const note = (text: string): FactText => ({ severity: "note", text });
const warn = (text: string): FactText => ({ severity: "warn", text });
const alarm = (text: string): FactText => ({ severity: "alarm", text });

export function factText(fact: Fact): FactText {
  switch (fact.what) {
    case "listening-ended":
      return note("Listened long enough: stands by.");
    case "keepalive-missed":
      // A site that starts has no primary yet: that is no failure.
      return fact.primary === null
        ? note(`No primary is heard for ${fact.count} keepalives.`)
        : warn(`${fact.primary} has missed ${fact.count} keepalives in a row.`);
    case "primary-suspected":
      return fact.primary === null
        ? note(`No primary is heard for ${fact.missed} keepalives: asks the voters.`)
        : warn(`${fact.primary}: ${fact.missed} keepalives missed, suspected.`);
    case "suspicion-cleared":
      return note(`${fact.primary ?? "The primary"} is heard again after ${fact.missed} missed keepalives.`);
    case "primary-queried":
      return note(`Asked ${fact.primary} on path ${fact.path} whether it holds the title.`);
    case "query-answered":
      return note(`${fact.primary} answered on path ${fact.path}: it ${fact.title ? "holds the title" : "holds no title"}.`);
    case "jury-asked":
      return note(`Asked ${fact.voters} voters what they hear, round ${fact.round}.`);
    case "vote-received":
      return note(
        `${fact.voter} last heard ${fact.vote.about} ${fact.vote.titleSilentMs === null ? "never" : `${Math.round(fact.vote.titleSilentMs)} ms ago`}; promise left ${Math.round(fact.vote.remainingMs)} ms.`,
      );
    case "verdict-reached":
      if (fact.cause === "no-primary") return note(fact.verdict.sentence);
      return fact.verdict.takeOver ? alarm(fact.verdict.sentence) : warn(fact.verdict.sentence);
    case "claim-sent":
      return note(`Claims epoch ${epochText(fact.epoch)} (${fact.cause}) from ${fact.to} voters.`);
    case "claim-answered":
      return note(
        fact.refusal === null ? `${fact.client} granted.` : `${fact.client} refused: ${fact.refusal}; it granted ${epochText(fact.epoch)}.`,
      );
    case "claim-failed":
      return warn(`Claim of ${epochText(fact.epoch)} failed: ${fact.grants} grants, ${fact.needed} needed.`);
    case "title-gained":
      return note(`Holds the title at epoch ${epochText(fact.epoch)}: ${fact.grants} of ${fact.voters} voters.`);
    case "title-lost":
      return alarm(`Lost the title of epoch ${epochText(fact.epoch)}: ${fact.because}.`);
    case "stepped-down":
      return note(`Steps down from ${epochText(fact.epoch)}: ${epochText(fact.to)} holds the title.`);
    case "switchover-started":
      return note(`Switchover to ${fact.switchover.to} asked by ${fact.switchover.by}: ${fact.switchover.reason}. Admits no new calls.`);
    case "resigned":
      return note(`Resigned from epoch ${epochText(fact.epoch)} in favour of ${fact.switchover.to}.`);
    case "release-confirmed":
      return note(`${fact.client} confirmed the release of ${epochText(fact.epoch)}.`);
    case "handover-received":
      return note(`${fact.from} hands over at the request of ${fact.switchover.by}: ${fact.switchover.reason}.`);
    case "switchover-aborted":
      return warn(`Switchover to ${fact.switchover.to} aborted: ${fact.because}.`);
    default:
      return orderText(fact);
  }
}

type OrderFact = Extract<
  Fact,
  {
    what:
      | "automation-held"
      | "automation-paused"
      | "guard-changed"
      | "voters-changed"
      | "fragment-began"
      | "order-refused"
      | "gateways-lent"
      | "gateways-recalled"
      | "epoch-raised"
      | "client-admitted";
  }
>;

/** What the guard, the voters and orders of operators are about. */
function orderText(fact: OrderFact): FactText {
  switch (fact.what) {
    case "automation-held":
      return alarm(`Would take over, but ${fact.used} of ${fact.limit} automatic changes are used up: held until acknowledged.`);
    case "automation-paused":
      return alarm(
        fact.pause === null
          ? "Would take over, but the voters know of a pause of automatic changes."
          : `Would take over, but ${fact.pause.by} paused automatic changes: ${fact.pause.reason}.`,
      );
    case "guard-changed":
      return note(guardText(fact));
    case "voters-changed":
      return note(
        `Voter set ${fact.set.version}: ${fact.set.voters.join(", ")}${fact.set.previous === null ? "" : `; before it ${fact.set.previous.join(", ")}, both count until a majority has stored it`}${fact.by === null ? "" : `; asked by ${fact.by}`}.`,
      );
    case "fragment-began":
      return alarm(`Controls gateways without the title at epoch ${epochText(fact.epoch)} (${fact.basis}): ${fact.because}.`);
    case "order-refused":
      return warn(`The order of ${fact.order.by} was refused: ${fact.because}`);
    case "gateways-lent":
      return note(`${fact.clients.join(", ")} go to ${fact.switchover.to}, asked by ${fact.switchover.by}: ${fact.switchover.reason}.`);
    case "gateways-recalled":
      return note(
        `${fact.clients.join(", ")} ${fact.clients.length === 1 ? "is" : "are"} recalled by ${fact.order.by}: ${fact.order.reason}.`,
      );
    case "epoch-raised":
      return note(`${fact.client} obeys no epoch as low as this server's: claims it at ${epochText(fact.epoch)}.`);
    case "client-admitted":
      return note(
        `${fact.client} has no stored state: admitted${fact.order === null ? "" : `, ordered by ${fact.order.by}: ${fact.order.reason}`}.`,
      );
    default:
      return unreachable(fact);
  }
}

function guardText({ guard, by, reason }: Extract<Fact, { what: "guard-changed" }>): string {
  const asked = by === null ? "" : `, asked by ${by}${reason === null ? "" : `: ${reason}`}`;
  if (guard.pause === null) return `Automatic changes are allowed${asked}.`;
  const until = guard.pause.until === null ? "until resumed" : `until ${new Date(guard.pause.until).toISOString()}`;
  return `Automatic changes are paused by ${guard.pause.by} ${until}: ${guard.pause.reason}.`;
}
