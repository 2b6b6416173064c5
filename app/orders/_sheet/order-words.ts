/** What an order's sheet asks, what its button says, and what stands over it afterwards. Pure. */
import type { OrderRequest } from "../../../server/core/status/order.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { formatTime, formatWhen, type Zone, zoneName } from "../../_ui/format.ts";
import { unreachable } from "../../_ui/unreachable.ts";

export interface Wording {
  readonly question: string;
  /** Names the effect. */
  readonly button: string;
  /** What is true once it has settled. */
  readonly done: string;
}

export interface WordingContext {
  readonly primary: ConsoleSnapshot["primary"];
  readonly scheduled: ConsoleSnapshot["scheduled"];
  /** The server that would be in control, where the order leaves it open. */
  readonly to: string | null;
  readonly now: number;
  readonly zone: Zone;
}

export function wordingOf(request: OrderRequest, context: WordingContext): Wording {
  const { primary, zone, now } = context;
  const moment = (at: number) =>
    `${Math.abs(at - now) < 12 * 3_600_000 ? formatTime(at, zone) : formatWhen(at, now, zone)} ${zoneName(at, zone)}`;
  switch (request.verb) {
    case "schedule-switchover": {
      const to = request.to ?? context.to ?? "the standby";
      const when = moment(request.at);
      return {
        question: `Switch over ${primary === null || primary === to ? "" : `from ${primary} `}to ${to} at ${when}?`,
        button: `Schedule the switchover to ${to} for ${when}`,
        done: `A switchover to ${to} is scheduled for ${when}`,
      };
    }
    case "cancel-switchover": {
      const to = context.scheduled === null ? "" : ` to ${context.scheduled.to}`;
      return { question: `Cancel the switchover${to}?`, button: `Cancel the switchover${to}`, done: "The switchover is cancelled" };
    }
    case "failover-now":
      return {
        question: `Fail over to ${request.to} now${primary === null || primary === request.to ? "" : `, without the consent of ${primary}`}?`,
        button: `Fail over to ${request.to} now${primary === null || primary === request.to ? "" : `: ${primary} loses control`}`,
        done: `${request.to} took the title by force`,
      };
    case "override":
      return {
        question: `Let ${request.to} control what grants it, without the title?`,
        button: `Override: ${request.to} controls what grants it`,
        done: `${request.to} controls gateways by override`,
      };
    case "pause": {
      const until = request.until === null ? "until somebody resumes" : `until ${moment(request.until)}`;
      return { question: `Pause automatic changes ${until}?`, button: `Pause ${until}`, done: `Automatic changes are paused ${until}` };
    }
    case "resume":
      return { question: "Resume automatic changes?", button: "Resume automatic changes", done: "Automatic changes are allowed again" };
    case "acknowledge":
      return {
        question: "Acknowledge the automatic changes?",
        button: "Acknowledge: the count begins anew",
        done: "The count of automatic changes began anew",
      };
    case "add-voter":
      return { question: `Add ${request.voter} to the voters?`, button: `Add ${request.voter}`, done: `${request.voter} votes` };
    case "remove-voter":
      return {
        question: `Remove ${request.voter} from the voters?`,
        button: `Remove ${request.voter}`,
        done: `${request.voter} votes no more`,
      };
    case "admit-voter":
      return {
        question: `Admit ${request.voter}, which lost its storage?`,
        button: `Admit ${request.voter}: no copy of its disk is in use`,
        done: `${request.voter} takes part again`,
      };
    case "failback":
      return failbackWording(request.gateways, request.to ?? context.to ?? "the preferred server");
    case "recall": {
      const names = few(request.gateways);
      return {
        question: `Recall ${names}?`,
        button: `Recall ${names}${primary === null ? "" : ` to ${primary}`}`,
        done: `${names} came back`,
      };
    }
    default:
      return unreachable(request);
  }
}

function failbackWording(gateways: readonly string[] | null, to: string): Wording {
  if (gateways === null) {
    return {
      question: `Fail everything back to ${to}?`,
      button: `Fail everything back to ${to}`,
      done: `${to} is in control of everything`,
    };
  }
  const names = few(gateways);
  return { question: `Fail ${names} back to ${to}?`, button: `Fail ${names} back to ${to}`, done: `${to} controls ${names}` };
}

/** Few by name, many by number. */
function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.length} gateways`;
}

/** The next thing that one may want, once it has settled: usually the way back. */
export function nextOf(request: OrderRequest): readonly { readonly href: string; readonly text: string }[] {
  switch (request.verb) {
    case "pause":
      return [{ href: "/orders/resume", text: "Resume automatic changes" }];
    case "resume":
      return [{ href: "/orders/pause", text: "Pause again" }];
    case "schedule-switchover":
      return [{ href: "/orders/cancel-switchover", text: "Cancel it" }];
    case "add-voter":
      return [{ href: `/orders/remove-voter?voter=${encodeURIComponent(request.voter)}`, text: `Remove ${request.voter} again` }];
    case "remove-voter":
      return [{ href: `/orders/add-voter?voter=${encodeURIComponent(request.voter)}`, text: `Add ${request.voter} again` }];
    case "failback":
      if (request.gateways === null) return [];
      return [{ href: `/orders/recall?gateways=${request.gateways.map(encodeURIComponent).join(",")}`, text: "Recall them" }];
    default:
      return [];
  }
}
