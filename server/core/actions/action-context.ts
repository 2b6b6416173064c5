/** What an action is told of the change: as environment variables of a program, or as the JSON body of a request. */
import type { NodeName } from "../identity.ts";
import type { RoleChange } from "./role-change.ts";

export interface ActionPlace {
  readonly site: string;
  readonly cluster: string;
  readonly server: NodeName;
}

const longestText = 1000;

/** Values hold no control characters: a reason comes from people, and NUL ends a variable. */
export function environmentOf(change: RoleChange, place: ActionPlace): Record<string, string> {
  const values = {
    TANDEM_EPOCH: String(change.epoch.number),
    TANDEM_EPOCH_OWNER: change.epoch.server,
    TANDEM_SERVER: place.server,
    TANDEM_ROLE: change.role,
    TANDEM_CAUSE: change.cause,
    TANDEM_REASON: change.reason,
    TANDEM_PREVIOUS_SERVER: change.previous ?? "",
    TANDEM_NEXT_SERVER: change.next ?? "",
    TANDEM_AT: new Date(change.at).toISOString(),
    TANDEM_SITE: place.site,
    TANDEM_CLUSTER: place.cluster,
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, oneLine(value)]));
}

export function bodyOf(change: RoleChange, place: ActionPlace): Record<string, unknown> {
  return {
    epoch: change.epoch.number,
    epochOwner: change.epoch.server,
    server: place.server,
    role: change.role,
    cause: change.cause,
    reason: oneLine(change.reason),
    previousServer: change.previous,
    nextServer: change.next,
    at: new Date(change.at).toISOString(),
    site: place.site,
    cluster: place.cluster,
  };
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").slice(0, longestText);
}
