/** Which profile fits an agent at first contact: by sysObjectID and sysDescr, and by whether it has the tables at all. */
import { systemGroup } from "../../protocols/snmp/call-tables.ts";
import { decodeText } from "../../protocols/snmp/call-values.ts";
import type { Oid, SnmpValue } from "../../protocols/snmp/oid.ts";
import type { Shortcoming } from "./audit-course.ts";
import { reasonOf } from "./column-walk.ts";
import { octetsOfOid, type SnmpClient } from "./snmp-client.ts";
import { planOf, type SnmpPlan } from "./snmp-plan.ts";
import type { SnmpProfile } from "./snmp-profile.ts";

/** One profile, or the best of several. */
export type ProfileChoice = SnmpProfile | readonly SnmpProfile[];

export interface FoundProfile {
  readonly plan: SnmpPlan;
  readonly identity: string | null;
}

/** What an agent tells of itself before anything is known of it. */
export interface AgentIdentity {
  readonly description: string | null;
  readonly objectId: Oid | null;
}

export async function findProfile(client: SnmpClient, choice: ProfileChoice): Promise<FoundProfile | Shortcoming> {
  // Who is known needs no introduction: a takeover does not wait for it.
  if (!Array.isArray(choice)) return { plan: planOf(choice as SnmpProfile), identity: null };
  const identity = await identityOf(client);
  if ("because" in identity) return identity;
  const { description, objectId } = identity;
  for (const profile of fitting(choice as readonly SnmpProfile[], identity)) {
    const there = await hasAll(client, profile.detect.present);
    if (typeof there !== "boolean") return there;
    if (there) return { plan: planOf(profile), identity: description };
  }
  const who = [description === null ? null : `it calls itself "${description}"`, objectId === null ? null : `sysObjectID ${objectId}`];
  return { because: `no profile fits this agent (${who.filter((one) => one !== null).join(", ")})`, kind: "other" };
}

export async function identityOf(client: SnmpClient): Promise<AgentIdentity | Shortcoming> {
  const read = await client.get([`${systemGroup.description}.0`, `${systemGroup.objectId}.0`]);
  if (!read.ok) return { because: read.text, kind: reasonOf(read) ?? "other" };
  const [description, objectId] = read.values;
  return { description: textOf(description), objectId: typeof objectId === "string" ? objectId : null };
}

/** The highest rank first; of those that ask for a maker only where it is that maker. */
export function fitting(profiles: readonly SnmpProfile[], { description, objectId }: AgentIdentity): readonly SnmpProfile[] {
  const made = ({ detect }: SnmpProfile): boolean => {
    if (detect.sysObjectId.length === 0 && detect.sysDescr.length === 0) return true;
    const byId = objectId !== null && detect.sysObjectId.some((oid) => objectId === oid || objectId.startsWith(`${oid}.`));
    return byId || (description !== null && detect.sysDescr.some((text) => description.startsWith(text)));
  };
  return profiles.filter(made).sort((a, b) => b.detect.rank - a.detect.rank);
}

/** Whether the agent has something under each of these. */
export async function hasAll(client: Pick<SnmpClient, "request">, oids: readonly Oid[]): Promise<boolean | Shortcoming> {
  const answer = await client.request({ kind: "get-next", names: oids.map(octetsOfOid), nonRepeaters: 0, maxRepetitions: 0 });
  if (!answer.ok) return { because: answer.text, kind: reasonOf(answer) ?? "other" };
  return oids.every((oid) => answer.bindings.next() && !answer.bindings.isEnd && answer.bindings.under(octetsOfOid(oid)));
}

function textOf(value: SnmpValue | null | undefined): string | null {
  return value instanceof Uint8Array && value.length > 0 ? decodeText(value).slice(0, 200) : null;
}
