/**
 * Where every order of an operator but the switchover at once is taken (failover.md 8): planned by what this server knows at this moment,
 * refused with every reason, or carried out and its outcome told. The same id is carried out once, however often it comes.
 */
import type { Fact } from "../../core/control/member-state.ts";
import { planOfOrder } from "../../core/control/preflight-order.ts";
import type { NodeName } from "../../core/identity.ts";
import type { OrderAsk, OrderPlan, OrderResult } from "../../core/status/order.ts";
import { refusedOrder } from "../order-answers.ts";
import { orderInput } from "./order-input.ts";
import {
  awaitSuccessor,
  done,
  type OrderHands,
  type Outcome,
  orderAdmission,
  orderFailover,
  orderGuard,
  orderLending,
  orderOverride,
  orderRecall,
  orderVoters,
} from "./order-outcomes.ts";
import type { ScheduledSwitchovers } from "./scheduled-switchovers.ts";
import type { ServerParts } from "./server-parts.ts";
import type { SwitchoverDesk } from "./switchover-desk.ts";

const rememberedIds = 200;
/** Flush, resignation and the successor's claim, with room. */
const switchoverLimitMs = 4_000;
/** Verbs that only the title holder carries out. */
const needsTitle = new Set(["schedule-switchover", "add-voter", "remove-voter", "failback", "recall"]);

export class OrderDesk {
  readonly #server: ServerParts;
  readonly #switchovers: SwitchoverDesk;
  readonly #schedule: ScheduledSwitchovers;
  readonly #answers = new Map<string, Promise<OrderResult>>();
  readonly #refusals = new Map<string, string>();

  constructor(server: ServerParts, switchovers: SwitchoverDesk, schedule: ScheduledSwitchovers) {
    this.#server = server;
    this.#switchovers = switchovers;
    this.#schedule = schedule;
  }

  async ask(ask: OrderAsk): Promise<OrderResult> {
    if (ask.dryRun) return this.#consider(ask);
    const known = this.#answers.get(ask.id);
    if (known !== undefined) return known;
    const answer = this.#carryOut(ask);
    remember(this.#answers, ask.id, answer);
    const result = await answer;
    // What was refused beforehand changed nothing: the same order may be given again when the situation is another.
    if (result.outcome === null) this.#answers.delete(ask.id);
    return result;
  }

  /** The machine tells of refusals as facts. */
  noted(fact: Fact): void {
    if (fact.what === "order-refused") remember(this.#refusals, fact.order.id, fact.because);
    else if (fact.what === "switchover-aborted") remember(this.#refusals, fact.switchover.id, fact.because);
  }

  /** The plan alone; without one the reason why nobody can make it. */
  #consider(ask: OrderAsk): OrderResult {
    const { control, node } = this.#server;
    const askInstead = this.#askInstead(ask);
    const to = this.#target(ask);
    if (to === null)
      return refusedOrder(ask, ["Name the server that shall take over: none is preferred to this one, or there are several."], askInstead);
    const preview = { member: control.member, input: orderInput(this.#server), now: node.clock.now() };
    const plan = planOfOrder(preview, ask.request, to);
    return { ...refusedOrder(ask, plan.blockers, askInstead), plan };
  }

  async #carryOut(ask: OrderAsk): Promise<OrderResult> {
    const considered = this.#consider(ask);
    const { plan } = considered;
    if (plan === null || plan.blockers.length > 0) return considered;
    if (plan.confirm !== null && ask.confirm !== plan.confirm.text)
      return { ...considered, blockers: [`Type ${plan.confirm.text} to confirm: ${plan.confirm.because}`] };
    const { journal } = this.#server.node;
    const { id, by, reason, request } = ask;
    journal.appendDurably("order-accepted", "note", `${by} ordered ${request.verb}: ${reason}.`, { id, by, reason, request });
    const outcome = await this.#give(ask, plan);
    journal.append("order-finished", outcome.accepted ? "note" : "warn", `${request.verb}: ${outcome.outcome ?? "no outcome"}`, {
      id,
      ...outcome,
    });
    const blockers = outcome.accepted || outcome.outcome === null ? [] : [outcome.outcome];
    return { ...considered, ...outcome, blockers, askInstead: null };
  }

  #give(ask: OrderAsk, plan: OrderPlan): Promise<Outcome> | Outcome {
    const { request, by, reason } = ask;
    const hands = this.#hands(ask);
    switch (request.verb) {
      case "schedule-switchover":
        return this.#keep(ask, plan, request.at);
      case "cancel-switchover":
        return this.#cancel(hands);
      case "failover-now":
        return orderFailover(hands);
      case "override":
        return orderOverride(hands, [...this.#server.sessions.keys()]);
      case "pause":
        return orderGuard(hands, { kind: "pause", by, reason, until: request.until }, "Automatic changes are paused");
      case "resume":
        return orderGuard(hands, { kind: "resume" }, "Automatic changes are allowed");
      case "acknowledge":
        return orderGuard(hands, { kind: "acknowledge" }, "The count of automatic changes begins anew");
      case "add-voter":
        return orderVoters(hands, { add: request.voter, remove: null });
      case "remove-voter":
        return orderVoters(hands, { add: null, remove: request.voter });
      case "admit-voter":
        return orderAdmission(hands, request.voter);
      case "failback":
        return request.gateways === null ? this.#switchOver(ask, plan.to ?? "") : orderLending(hands, plan.to ?? "", request.gateways);
      case "recall":
        return orderRecall(hands, request.gateways);
    }
  }

  #hands({ id, by, reason }: OrderAsk): OrderHands {
    return { control: this.#server.control, order: { id, by, reason }, refusal: () => this.#refusals.get(id) ?? null };
  }

  #keep({ id, by, reason }: OrderAsk, plan: OrderPlan, at: number): Outcome {
    const { clock, name } = this.#server.node;
    const to = plan.to ?? "";
    this.#schedule.keep({ id, to, at, by, reason, orderedAt: clock.now().wall });
    return done(`A switchover to ${to} is kept on ${name} for ${new Date(at).toISOString()}.`);
  }

  #cancel({ control, order }: OrderHands): Outcome {
    const { state } = control.member;
    if (state.kind !== "handing-over") {
      this.#schedule.cancel(order.by, order.reason);
      return done("The scheduled switchover is cancelled.");
    }
    control.deliver({ kind: "switchover-cancelled", switchoverId: state.switchover.id, by: order.by });
    return done(`The switchover to ${state.switchover.to} is cancelled; new calls are admitted again.`);
  }

  async #switchOver(ask: OrderAsk, to: NodeName): Promise<Outcome> {
    const { id, by, reason } = ask;
    const { accepted, blockers } = this.#switchovers.order({ switchoverId: id, to, reason, by, dryRun: false });
    if (!accepted) return { accepted: false, settled: true, outcome: blockers.join(". "), stored: null };
    return awaitSuccessor(this.#hands(ask), to, switchoverLimitMs);
  }

  /** The server that the order names, or means. */
  #target({ request }: OrderAsk): NodeName | null {
    const { config } = this.#server.control.member;
    if (request.verb === "failback") {
      // Back to whom, where this server is the preferred one already? Gateways go to the other one, everything has to be named.
      const other = request.gateways === null ? null : this.#switchovers.onlyStandby();
      return request.to ?? config.betterRanked[0] ?? other;
    }
    if (request.verb === "schedule-switchover") return request.to ?? this.#switchovers.onlyStandby();
    return config.name;
  }

  #askInstead({ request }: OrderAsk): NodeName | null {
    const { name } = this.#server.node;
    if (request.verb === "failover-now" || request.verb === "override") return request.to === name ? null : request.to;
    const { primary } = this.#server.control.member;
    return needsTitle.has(request.verb) && !this.#server.control.titled() && primary !== name ? primary : null;
  }
}

function remember<Value>(known: Map<string, Value>, id: string, value: Value): void {
  known.set(id, value);
  for (const old of known.keys()) {
    if (known.size <= rememberedIds) break;
    known.delete(old);
  }
}
