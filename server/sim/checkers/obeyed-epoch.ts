/**
 * Invariant 1 of failover.md 9: a gateway never obeys an epoch lower than one it has obeyed, and never two owners in one epoch.
 * A gateway obeys from the moment at which it promises; a wiped disk or a new boot does not excuse it.
 * Prints: "A gateway never obeys an epoch lower than one it has obeyed, and never two owners in one epoch."
 */
import { compareEpochs, type Epoch, epochText, type NodeName } from "../../core/identity.ts";
import { type Checker, Violation } from "../checker.ts";

const invariant = "A gateway never obeys an epoch lower than one it has obeyed, and never two owners in one epoch.";

export function obeyedEpoch(): Checker {
  const obeyed = new Map<NodeName, { readonly epoch: Epoch; readonly boot: number }>();
  return {
    invariant,
    onReply(world, voter, to, message) {
      if (message.kind !== "answer" || message.promiseMs <= 0) return;
      const { granted, grantedBoot } = voter.voter.stored;
      const before = obeyed.get(voter.name);
      if (before !== undefined && before.epoch === granted && before.boot === grantedBoot && to === granted.server) return;
      const order = before === undefined ? 1 : compareEpochs(granted, before.epoch);
      if (before !== undefined && order < 0) {
        throw new Violation(invariant, `${voter.name} obeys ${epochText(granted)} after ${epochText(before.epoch)}`, world.schedule.now);
      }
      const second = to !== granted.server || (before !== undefined && order === 0 && before.boot !== grantedBoot);
      if (second)
        throw new Violation(
          invariant,
          `${voter.name} has two owners in ${epochText(granted)}: ${to} is promised as well`,
          world.schedule.now,
        );
      obeyed.set(voter.name, { epoch: granted, boot: grantedBoot });
    },
  };
}
