/** The page's sentence. Pure. */
import type { GatewayView, GearView } from "../../../server/operations/console-view.ts";

/** "All 6 gateways are well and agree with cs-b." or which ones do not. */
export function gatewaysSentence(gateways: readonly GatewayView[], primary: string | null): string {
  const unwell = gateways.filter((gateway) => gateway.condition !== "ok");
  const changing = gateways.filter((gateway) => gateway.condition === "changing");
  if (gateways.length === 0) return "No gateways are configured.";
  if (unwell.length === 0) return `All ${gateways.length} gateways are well${primary === null ? "" : ` and agree with ${primary}`}.`;
  if (changing.length === unwell.length) return `${changing.length} of ${gateways.length} gateways change their owner.`;
  const first = unwell
    .filter((gateway) => gateway.condition !== "changing")
    .slice(0, 2)
    .map((gateway) => `${gateway.name} ${gateway.reason ?? gateway.condition}`);
  const rest = unwell.length - first.length;
  return `${first.join(", ")}${rest > 0 ? `, and ${rest} more` : ""}. ${gateways.length - unwell.length} of ${gateways.length} are well.`;
}

/** What ails those is not told here, and need not be what ails the first. */
function andMore(count: number): string {
  return `and ${count} more ${count === 1 ? "needs" : "need"} a look`;
}

/** Begins with a space, after the page's second sentence; empty where there is no gear of others. */
export function gearSentence(gear: readonly GearView[]): string {
  if (gear.length === 0) return "";
  const [first, ...rest] = gear.filter((one) => one.condition !== "ok" && one.condition !== "disabled");
  const off = gear.filter((one) => one.condition === "disabled").length;
  if (first === undefined) return ` Gear of others: ${gear.length - off} read as they should be${off === 0 ? "" : `, ${off} not polled`}.`;
  return ` Gear of others: ${first.name} ${first.reason ?? first.condition}${rest.length > 0 ? `; ${andMore(rest.length)}` : ""}.`;
}
