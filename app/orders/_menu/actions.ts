/** What an operator may do to the cluster, or with one server, and why not where it cannot be now. Menus and palette show the same. Pure. */
import type { ConsoleSnapshot, ServerView } from "../../../server/operations/console-view.ts";
import { lentOf } from "../_sheet/order-request.ts";
import { abstainingOf } from "../_sheet/voters-now.ts";

export interface Action {
  readonly href: string;
  readonly text: string;
  /** A few words on what it does. */
  readonly note: string;
  /** Why it makes no sense now; null = it may be prepared. */
  readonly barred: string | null;
  /** May drop calls. */
  readonly forced?: boolean;
}

/** Groups are separated by a line. */
export type ActionGroups = readonly (readonly Action[])[];

export function clusterActions(snapshot: ConsoleSnapshot): ActionGroups {
  const { guard, scheduled, servers } = snapshot;
  const running = servers.some((server) => server.status?.state === "handing-over");
  const lent = lentOf(snapshot);
  return [
    [
      { href: "/switchover", text: "Switch over…", note: "calls are kept", barred: null },
      {
        href: "/orders/schedule-switchover",
        text: "Switch over at a time…",
        note: "",
        barred: scheduled === null ? null : "one is scheduled already",
      },
      {
        href: "/orders/cancel-switchover",
        text: "Cancel a switchover…",
        note: scheduled === null ? "before it resigned" : `to ${scheduled.to}`,
        barred: scheduled !== null || running ? null : "none is scheduled or under way",
      },
    ],
    [
      {
        href: "/orders/pause",
        text: "Pause automatic changes…",
        note: guard.pause === null ? "nobody takes over by itself" : "replaces the pause in force",
        barred: null,
      },
      { href: "/orders/resume", text: "Resume automatic changes…", note: "", barred: guard.pause === null ? "not paused" : null },
      {
        href: "/orders/acknowledge",
        text: "Acknowledge…",
        note: `${guard.used} of ${guard.limit} automatic changes used`,
        barred: guard.source !== null && guard.used === 0 ? "nothing to acknowledge" : null,
      },
    ],
    [
      { href: "/orders/failback", text: "Fail back…", note: "everything, or named gateways", barred: null },
      {
        href: "/orders/recall",
        text: "Recall lent gateways…",
        note: lent.map((one) => one.gateway).join(", "),
        barred: lent.length === 0 ? "none is lent" : null,
      },
      { href: "/servers#voters", text: "Voters…", note: "add or remove one", barred: null },
    ],
    [
      { href: "/orders/failover-now", text: "Failover now…", note: "may drop calls", barred: null, forced: true },
      { href: "/orders/override", text: "Override…", note: "may drop calls", barred: null, forced: true },
    ],
  ];
}

/** What may be done with one gateway: who controls it, and whether it votes. */
export function gatewayActions(snapshot: ConsoleSnapshot, gateway: string, votes: boolean): readonly Pick<Action, "href" | "text">[] {
  const name = encodeURIComponent(gateway);
  const lent = lentOf(snapshot).some((one) => one.gateway === gateway);
  const vote = votes
    ? { href: `/orders/remove-voter?voter=${name}`, text: "Remove from the voters…" }
    : { href: `/orders/add-voter?voter=${name}`, text: "Add to the voters…" };
  if (abstainingOf(snapshot).includes(gateway)) return [{ href: `/orders/admit-voter?voter=${name}`, text: "Admit…" }, vote];
  if (lent) return [{ href: `/orders/recall?gateways=${name}`, text: "Recall…" }, vote];
  const { standby } = snapshot;
  return standby === null
    ? [vote]
    : [{ href: `/orders/failback?to=${encodeURIComponent(standby)}&gateways=${name}`, text: `Give to ${standby}…` }, vote];
}

export function serverActions(snapshot: ConsoleSnapshot, server: ServerView): ActionGroups {
  const { name, rank } = server;
  const to = encodeURIComponent(name);
  const primary = snapshot.primary === name;
  const barred = primary ? "is primary now" : null;
  const gentle: readonly Action[] = [
    { href: `/switchover?to=${to}`, text: `Switch over to ${name}…`, note: "calls are kept", barred },
    {
      href: `/orders/schedule-switchover?to=${to}`,
      text: `Switch over to ${name} at a time…`,
      note: "",
      barred: barred ?? (snapshot.scheduled === null ? null : "one is scheduled already"),
    },
    { href: `/orders/failback?to=${to}`, text: `Fail back to ${name}…`, note: rank === 0 ? "it is preferred" : "", barred },
    { href: `/orders/failback?to=${to}&gateways=-`, text: `Gateways to ${name}…`, note: "the title stays", barred },
  ];
  const recall = lentOf(snapshot).filter((one) => one.to === name);
  return [
    recall.length === 0
      ? gentle
      : [
          ...gentle,
          {
            href: `/orders/recall?gateways=${recall.map((one) => encodeURIComponent(one.gateway)).join(",")}`,
            text: `Recall from ${name}…`,
            note: recall.map((one) => one.gateway).join(", "),
            barred: null,
          },
        ],
    [
      { href: `/orders/failover-now?to=${to}`, text: `Failover to ${name} now…`, note: "may drop calls", barred, forced: true },
      { href: `/orders/override?to=${to}`, text: `Override with ${name}…`, note: "may drop calls", barred, forced: true },
    ],
  ];
}
