/** Whether a claim was begun by no person: those count against the limit, wait for a pause, and need evidence. */
import type { Fact } from "../core/control/member-state.ts";

export function automaticClaim({ cause, order }: Extract<Fact, { what: "claim-sent" }>): boolean {
  return order === null && cause !== "requested" && cause !== "operator-forced";
}
