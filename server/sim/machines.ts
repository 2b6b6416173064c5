/** The machines of the core that a world hosts, in one place, so that a mutant can take the place of one of them. */
import { deadline, noteDatagram, startMember, step } from "../core/control/member.ts";
import { receiveAtVoter } from "../core/control/voter.ts";
import { commandRefusal, passDeadline, startVoter, voterDeadline } from "../core/control/voter-state.ts";

export interface Machines {
  readonly startMember: typeof startMember;
  readonly step: typeof step;
  readonly deadline: typeof deadline;
  readonly noteDatagram: typeof noteDatagram;
  readonly startVoter: typeof startVoter;
  readonly receiveAtVoter: typeof receiveAtVoter;
  readonly passDeadline: typeof passDeadline;
  readonly voterDeadline: typeof voterDeadline;
  readonly commandRefusal: typeof commandRefusal;
}

export const coreMachines: Machines = {
  startMember,
  step,
  deadline,
  noteDatagram,
  startVoter,
  receiveAtVoter,
  passDeadline,
  voterDeadline,
  commandRefusal,
};
