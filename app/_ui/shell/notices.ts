/** What every page says at its top while it is so: a pause, held automation, control without the title, a change of voters, a schedule. Pure. */
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { lentOf } from "../../orders/_sheet/order-request.ts";
import { abstainingOf, changeText, votersOf } from "../../orders/_sheet/voters-now.ts";
import { formatAge, formatWhen, type Zone, zoneName } from "../format.ts";
import type { GlyphName } from "../StatusGlyph.tsx";

export interface Notice {
  readonly key: string;
  readonly glyph: GlyphName;
  /** The state word, in capitals. */
  readonly word: string;
  readonly text: string;
  readonly actions: readonly { readonly href: string; readonly text: string }[];
}

export function noticesOf(snapshot: ConsoleSnapshot, now: number, zone: Zone): readonly Notice[] {
  return [
    ...guardNotices(snapshot, now, zone),
    ...untitledNotices(snapshot),
    ...switchoverNotices(snapshot, now, zone),
    ...voterNotices(snapshot),
    ...abstainingNotices(snapshot),
    ...lentNotices(snapshot),
  ];
}

/** "14:00:00 UTC, in 37 min"; with its date where that is not today */
export function momentText(at: number, now: number, zone: Zone): string {
  const from = at > now ? `in ${formatAge(at - now)}` : `${formatAge(now - at)} ago`;
  return `${formatWhen(at, now, zone).replace("today ", "")} ${zoneName(at, zone)}, ${from}`;
}

function sentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

function guardNotices({ guard, primary }: ConsoleSnapshot, now: number, zone: Zone): Notice[] {
  const { state, pause, used, limit, windowMs, votersThatKnow, voters, source, conflict } = guard;
  if (state === "unknown") {
    const text = "Whether automatic changes are paused or held is not known: no call server answers the console.";
    return [{ key: "guard", glyph: "unknown", word: "UNKNOWN", text, actions: [] }];
  }
  const told = votersThatKnow < voters ? ` ${votersThatKnow} of ${voters} voters are known to know, as ${source ?? "nobody"} tells.` : "";
  const more = `${told}${conflict === null ? "" : ` ${conflict}`}`;
  const counted = `${used} of ${limit} automatic changes used within ${formatAge(windowMs)}`;
  const held = used >= limit && limit > 0;
  // With nobody in control, waiting for an automatic change that cannot come is the trap: the way out stands beside it.
  const alone = primary === null ? " Nobody holds the title now, and nobody will take it until it is ordered or this ends." : "";
  const force = primary === null ? [{ href: "/orders/failover-now", text: "Failover now" }] : [];
  const acknowledge = { href: "/orders/acknowledge", text: "Acknowledge" };
  if (pause !== null) {
    const end = pause.until === null ? "until somebody resumes" : `until ${momentText(pause.until, now, zone)}`;
    const text = `${pause.by} paused automatic changes ${end}: ${sentence(pause.reason)} No server takes over by itself.${alone}${more}${held ? ` ${counted} too.` : ""}`;
    return [
      {
        key: "guard",
        glyph: "hold",
        word: "PAUSED",
        text,
        actions: [...force, { href: "/orders/resume", text: "Resume" }, ...(held ? [acknowledge] : [])],
      },
    ];
  }
  if (state === "held") {
    const text = `${counted}: no server takes over by itself until somebody has looked and acknowledged.${alone}${more}`;
    return [
      { key: "guard", glyph: "hold", word: "HELD", text, actions: [{ href: "/failovers", text: "Last failovers" }, ...force, acknowledge] },
    ];
  }
  return conflict === null ? [] : [{ key: "guard", glyph: "transit", word: "RESUMING", text: conflict, actions: [] }];
}

const bases = {
  title: { word: "TITLE LOST", why: "it lost the title, and goes on with gateways that still promise to it" },
  fragment: { word: "FRAGMENT", why: "they had lost their owner, and no majority can be had" },
  override: { word: "OVERRIDE", why: "an operator ordered it" },
} as const;

function untitledNotices({ untitled, gateways }: ConsoleSnapshot): Notice[] {
  return untitled.map(({ server, basis, epoch, gateways: held }) => {
    const which = held.length <= 4 ? held.join(", ") : `${held.length} of ${gateways.length} gateways`;
    const text = `${server} controls ${which} without the title, at epoch ${epoch.number}: ${bases[basis].why}.`;
    const actions = [{ href: `/servers#${server}`, text: "Look at it" }];
    return { key: `untitled ${server}`, glyph: "degraded", word: bases[basis].word, text, actions };
  });
}

function switchoverNotices({ scheduled, servers, primary }: ConsoleSnapshot, now: number, zone: Zone): Notice[] {
  const handing = servers.find((server) => ["up", "suspect"].includes(server.state) && server.status?.state === "handing-over");
  const cancel = { href: "/orders/cancel-switchover", text: "Cancel it" };
  const running: Notice[] =
    handing === undefined
      ? []
      : [
          {
            key: "handing",
            glyph: "transit",
            word: "HANDING OVER",
            text: `${handing.name} finishes what is half done, then resigns.`,
            actions: [cancel],
          },
        ];
  if (scheduled === null) return running;
  const { to, at, by, reason, keptBy } = scheduled;
  const stray = keptBy === primary ? "" : ` ${keptBy} keeps the order and is not primary: there it raises an alarm, and nothing happens.`;
  const text = `Switchover to ${to} at ${momentText(at, now, zone)}, ordered by ${by}: ${sentence(reason)}${stray}`;
  return [...running, { key: "scheduled", glyph: "maint", word: "SCHEDULED", text, actions: [cancel] }];
}

function voterNotices(snapshot: ConsoleSnapshot): Notice[] {
  const set = votersOf(snapshot);
  const change = changeText(set);
  if (change === null) return [];
  const text = `${change}. Until a majority has stored the new set, the title needs a majority of both.`;
  return [{ key: "voters", glyph: "transit", word: "VOTERS CHANGING", text, actions: [{ href: "/servers#voters", text: "Look at them" }] }];
}

const mostAdmits = 4;

/** While somebody holds the title it admits them by itself, within a second. */
function abstainingNotices(snapshot: ConsoleSnapshot): Notice[] {
  const names = abstainingOf(snapshot);
  if (snapshot.primary !== null || names.length === 0) return [];
  const one = names.length === 1;
  const text = `${names.join(", ")} lost ${one ? "its" : "their"} storage, and ${one ? "abstains" : "abstain"}. Nobody holds the title to admit ${one ? "it" : "them"}.`;
  const admits = names.map((name) => ({ href: `/orders/admit-voter?voter=${encodeURIComponent(name)}`, text: `Admit ${name}` }));
  const actions = names.length <= mostAdmits ? admits : [{ href: "/servers#voters", text: "Look at them" }];
  return [{ key: "abstaining", glyph: "degraded", word: one ? "VOTER ABSTAINS" : "VOTERS ABSTAIN", text, actions }];
}

function lentNotices(snapshot: ConsoleSnapshot): Notice[] {
  const lent = lentOf(snapshot);
  const targets = [...new Set(lent.map((one) => one.to))];
  return targets.map((to) => {
    const mine = lent.filter((one) => one.to === to);
    const names = mine.map((one) => one.gateway).join(", ");
    return {
      key: `lent ${to}`,
      glyph: "maint",
      word: "LENT",
      text: `${mine[0]?.from ?? "The title holder"} lent ${names} to ${to}. No call can be set up between ${mine.length === 1 ? "it" : "these"} and the others.`,
      actions: [{ href: `/orders/recall?gateways=${mine.map((one) => encodeURIComponent(one.gateway)).join(",")}`, text: "Recall" }],
    };
  });
}
