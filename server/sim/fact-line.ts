/** Facts as trace lines: the notable ones in a few words, the frequent ones not at all. */
import type { Fact } from "../core/control/member-state.ts";
import { epochText } from "../core/identity.ts";

const frequent: ReadonlySet<string> = new Set(["vote-received", "release-confirmed", "claim-answered", "jury-asked"]);

/** Null for facts that would only fill the trace. */
export function factLine(fact: Fact): string | null {
  if (frequent.has(fact.what)) return null;
  const said: string[] = [fact.what];
  if ("epoch" in fact) said.push(epochText(fact.epoch));
  if ("cause" in fact && fact.what === "claim-sent") said.push(`(${fact.cause})`);
  if ("to" in fact && typeof fact.to === "object" && fact.to !== null && "number" in fact.to) said.push(`to ${epochText(fact.to)}`);
  if ("count" in fact) said.push(String(fact.count));
  if ("missed" in fact) said.push(String(fact.missed));
  if ("client" in fact) said.push(String(fact.client));
  if ("grants" in fact) said.push(`with ${fact.grants} grants`);
  if (fact.what === "verdict-reached") said.push(`: ${fact.verdict.sentence}`);
  else if ("because" in fact) said.push(`: ${fact.because}`);
  return said.join(" ").replace(" : ", ": ");
}
