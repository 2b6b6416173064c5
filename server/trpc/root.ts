/**
 * The console's tRPC router: a thin adapter over operations, one line per verb.
 * No transformer: everything is plain JSON, instants are epoch ms.
 */
import { initTRPC, tracked } from "@trpc/server";
import type { CallRecord } from "../core/calls/call-record.ts";
import type { GearDetail, PollTranscript } from "../core/status/gear-status.ts";
import type { LabStatus } from "../core/status/lab-status.ts";
import type { SwitchoverPlan, SwitchoverResult } from "../core/status/node-status.ts";
import type { OrderPlan, OrderResult } from "../core/status/order.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { JournalEvent } from "../core/timeline/journal-event.ts";
import type {
  AuditEntry,
  ConnectionColumns,
  ConsoleSnapshot,
  FailoverSummary,
  RecordHistogram,
  RecordPage,
} from "../operations/console-view.ts";
import type { OperationsContext } from "../operations/context.ts";
import { getFailover } from "../operations/get-failover.ts";
import { getGearDetail } from "../operations/get-gear-detail.ts";
import { getRecord } from "../operations/get-record.ts";
import { labAct } from "../operations/lab-act.ts";
import { labCut, labHeal } from "../operations/lab-cut.ts";
import { listAudit } from "../operations/list-audit.ts";
import { watchConnections } from "../operations/list-connections.ts";
import { listEvents } from "../operations/list-events.ts";
import { listFailovers } from "../operations/list-failovers.ts";
import { listRecords } from "../operations/list-records.ts";
import type { LiveFeed } from "../operations/live-feed.ts";
import { orderCommand } from "../operations/order-words.ts";
import { planOrder } from "../operations/plan-order.ts";
import { planSwitchover } from "../operations/plan-switchover.ts";
import { pollGatewayNow } from "../operations/poll-gateway-now.ts";
import { recordHistogram } from "../operations/record-histogram.ts";
import { requestOrder } from "../operations/request-order.ts";
import { requestSwitchover } from "../operations/request-switchover.ts";
import { setTraffic } from "../operations/set-traffic.ts";
import { mapErrors, operationCodeOf } from "./error-map.ts";
import * as input from "./inputs.ts";

export interface TrpcContext {
  readonly operations: OperationsContext;
  readonly live: LiveFeed;
}

const t = initTRPC.context<TrpcContext>().create({
  errorFormatter: ({ shape, error }) => ({
    ...shape,
    data: { code: shape.data.code, httpStatus: shape.data.httpStatus, ...operationCodeOf(error.cause) },
  }),
});

/** Every procedure: operations' coded errors become tRPC errors here and nowhere else. */
const verb = t.procedure.use(({ next }) => mapErrors(next));

const live = verb.input(input.live).subscription(async function* ({ ctx, input: from, signal }) {
  for await (const { id, snapshot } of ctx.live.follow(from?.lastEventId ?? null, signal ?? new AbortController().signal)) {
    yield tracked<ConsoleSnapshot>(id, snapshot);
  }
});

const connections = verb.input(input.connections).subscription(async function* ({
  ctx,
  input: filter,
  signal,
}): AsyncGenerator<ConnectionColumns, void, undefined> {
  yield* watchConnections(ctx.operations, filter, signal ?? new AbortController().signal);
});

const failovers = t.router({
  /** Newest first. */
  list: verb.input(input.page).query(({ ctx, input: page }): Promise<FailoverSummary[]> => listFailovers(ctx.operations, page)),
  get: verb.input(input.failoverId).query(({ ctx, input: { id } }): Promise<FailoverReport> => getFailover(ctx.operations, id)),
});

const switchover = t.router({
  plan: verb.input(input.plan).query(({ ctx, input: { to } }): Promise<SwitchoverPlan> => planSwitchover(ctx.operations, to)),
  execute: verb
    .input(input.execute)
    .mutation(({ ctx, input: order }): Promise<SwitchoverResult> => requestSwitchover(ctx.operations, order)),
});

/** Every other verb of an operator: the plan with its preview first, then the order; a node answers when it has seen the outcome. */
const orders = t.router({
  plan: verb.input(input.planOrder).query(({ ctx, input: { request } }): Promise<OrderPlan> => planOrder(ctx.operations, request)),
  execute: verb.input(input.executeOrder).mutation(({ ctx, input: order }): Promise<OrderResult> => requestOrder(ctx.operations, order)),
  /** The same order as a command line. */
  command: verb.input(input.planOrder).query(({ input: { request } }): string => orderCommand(request)),
});

/** Our gateways and gear of others: how their audits go, and one audit now. */
const gateways = t.router({
  detail: verb
    .input(input.gatewayDetail)
    .query(({ ctx, input: { name, server = null } }): Promise<GearDetail> => getGearDetail(ctx.operations, { name, server })),
  poll: verb
    .input(input.pollGateway)
    .mutation(
      ({ ctx, input: { name, server = null, mode } }): Promise<PollTranscript> => pollGatewayNow(ctx.operations, { name, server, mode }),
    ),
});

const records = t.router({
  search: verb.input(input.search).query(({ ctx, input: search }): Promise<RecordPage> => listRecords(ctx.operations, search)),
  get: verb.input(input.callId).query(({ ctx, input: { callId } }): Promise<CallRecord> => getRecord(ctx.operations, callId)),
  histogram: verb
    .input(input.histogram)
    .query(({ ctx, input: wanted }): Promise<RecordHistogram> => recordHistogram(ctx.operations, wanted)),
});

const events = t.router({
  /** Newest first. */
  list: verb.input(input.events).query(({ ctx, input: wanted }): Promise<JournalEvent[]> => listEvents(ctx.operations, wanted)),
});

const audit = t.router({
  /** Newest first. */
  list: verb.input(input.page).query(({ ctx, input: page }): Promise<AuditEntry[]> => listAudit(ctx.operations, page)),
});

const lab = t.router({
  kill: verb.input(input.labNode).mutation(({ ctx, input: { node } }): Promise<LabStatus> => labAct(ctx.operations, "kill", node)),
  freeze: verb.input(input.labNode).mutation(({ ctx, input: { node } }): Promise<LabStatus> => labAct(ctx.operations, "freeze", node)),
  thaw: verb.input(input.labNode).mutation(({ ctx, input: { node } }): Promise<LabStatus> => labAct(ctx.operations, "thaw", node)),
  restart: verb.input(input.labNode).mutation(({ ctx, input: { node } }): Promise<LabStatus> => labAct(ctx.operations, "restart", node)),
  cut: verb.input(input.linkCut).mutation(({ ctx, input: cut }): Promise<LabStatus> => labCut(ctx.operations, cut)),
  heal: verb.input(input.linkCut).mutation(({ ctx, input: cut }): Promise<LabStatus> => labHeal(ctx.operations, cut)),
  traffic: verb.input(input.traffic).mutation(({ ctx, input: { calls } }): Promise<LabStatus> => setTraffic(ctx.operations, calls)),
});

export const appRouter = t.router({ live, connections, failovers, switchover, orders, gateways, records, events, audit, lab });

export type AppRouter = typeof appRouter;
