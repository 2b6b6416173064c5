/** Mutants of deciding, claiming, guarding and changing the voter set (failover.md 1, 4, 6, 8). */
import { edit, type Mutant } from "./mutant.ts";

const claiming = "server/core/control/claiming.ts";
const suspicion = "server/core/control/suspicion.ts";
const jury = "server/core/control/jury.ts";
const voterClaims = "server/core/control/voter-claims.ts";
const voterSet = "server/core/control/voter-set.ts";
const holding = "server/core/control/holding.ts";

/** Without it the joint majority alone would hold most of these back. */
const oneMajority = [
  edit(
    voterSet,
    "return isMajorityOf(set.voters, counts) && (set.previous === null || isMajorityOf(set.previous, counts));",
    "return isMajorityOf(set.voters, counts);",
  ),
  edit(voterSet, "since: set.version, voters, previous: set.voters };", "since: 0, voters, previous: set.voters };"),
];

export const decisionMutants: readonly Mutant[] = [
  {
    name: "votes-as-booleans",
    teaches: "A yes or no has no age: what was silent a while ago, and free to grant then, is believed for ever.",
    edits: [
      edit(
        jury,
        "if (received && now - received.askedAt <= timers.voteMs) fresh.set(voter, received);",
        "if (received) fresh.set(voter, received);",
      ),
      edit(suspicion, "  member.state = suspicious;\n  member.votes.clear();", "  member.state = suspicious;"),
      edit(suspicion, '  member.state = { kind: "standby" };\n  member.votes.clear();', '  member.state = { kind: "standby" };'),
    ],
    shows: { seeds: 100 },
  },
  {
    name: "evidence-after-claim",
    teaches: "Whoever dies between claim and evidence has taken control without anybody knowing why.",
    edits: [
      edit(
        suspicion,
        "return [...effects, ...startClaim(member, { cause: reading.cause, order: null, automatic: true }, now)];",
        "return [...startClaim(member, { cause: reading.cause, order: null, automatic: true }, now), ...effects];",
      ),
    ],
    shows: { seeds: 50 },
  },
  {
    name: "no-ranked-back-off",
    teaches:
      "Two standbys that miss the same primary claim at the same moment, again and again: each takes the voters that the other needs.",
    edits: [
      edit(claiming, "until: now.mono + config.rank * config.timers.claimMs + jitterMs }", "until: now.mono }"),
      edit(claiming, "const jitterMs = (member.seed % 1000) * (config.timers.claimMs / 2000);", "const jitterMs = 0 * member.seed;"),
    ],
    shows: { scenario: "two-standbys-duel" },
  },
  {
    name: "epoch-not-stored-first",
    teaches: "A server that dies between claim and store claims the same epoch again with another boot.",
    edits: [
      edit(
        claiming,
        '    { kind: "persist", store: member.store },\n    { kind: "record", fact: { what: "claim-sent", epoch, cause, order, to: voters.length }, durable: false },\n    ...offer(member, state),',
        '    { kind: "record", fact: { what: "claim-sent", epoch, cause, order, to: voters.length }, durable: false },\n    ...offer(member, state),\n    { kind: "persist", store: member.store },',
      ),
    ],
    shows: { seeds: 50 },
  },
  {
    name: "takes-over-without-query",
    teaches: "The link between two servers breaks more often than a server dies: one that is asked, and answers, is alive.",
    edits: [
      edit(jury, 'if (evidence.query === "title") return { takeOver: false, because: "primary-answers" };', ""),
      edit(jury, 'if (majority((received) => heard(received, timers))) return { takeOver: false, because: "my-link-cut" };', ""),
      edit(jury, 'if (!majority((received) => !heard(received, timers))) return { takeOver: false, because: "voters-disagree" };', ""),
      edit(
        jury,
        'if (!majority((received) => allowing(received) && free(received))) return { takeOver: false, because: "promises-run" };',
        "",
      ),
    ],
    shows: { seeds: 400 },
  },
  {
    name: "voters-ignore-the-pause",
    teaches: "A standby that was cut off when the pause was set knows nothing of it: only the voters can hold it back.",
    edits: [
      edit(voterClaims, "  if (hold !== null) return never(hold);\n", ""),
      edit("server/core/control/voter.ts", "hold: holdOf(voter.stored.guard, voter.automaticChanges, wall),", "hold: null,"),
    ],
    shows: { scenario: "pause-that-a-standby-missed" },
  },
  {
    name: "changes-not-counted",
    teaches: "Servers that flap take over from each other for ever, each of them within its own limit.",
    edits: [
      edit(voterClaims, 'const counts = message.automatic && message.purpose === "title";', "const counts = false;"),
      edit(holding, "const guard = automatic ? withChange(", "const guard = automatic && epoch.number < 0 ? withChange("),
    ],
    shows: { scenario: "changes-then-hold" },
  },
  {
    name: "failback-asks-nobody",
    teaches: "Each server knows its own changes, and may never have heard of the other's: only a majority of voters knows them all.",
    edits: [
      edit(
        "server/core/control/failback.ts",
        "const allows = (voter: string): boolean => {",
        "return true;\n  const allows = (voter: string): boolean => {",
      ),
    ],
    shows: { scenario: "failback-held-by-the-voters" },
  },
  {
    name: "voter-set-changes-do-not-wait",
    teaches: "Two steps at once make two sets whose majorities need not meet.",
    edits: [
      edit(
        "server/core/control/voter-orders.ts",
        "if (!isMajority(voterSet, stored)) return [];",
        "if (!isMajority(voterSet, stored)) { /* goes on */ }",
      ),
      edit(
        "server/core/control/voter-orders.ts",
        "if (member.voterSet.previous !== null || member.wantedVoters !== null) return",
        "if (member.wantedVoters !== null) return",
      ),
      ...oneMajority,
      edit(voterSet, "since: set.version, voters: set.voters, previous: null };", "since: 0, voters: set.voters, previous: null };"),
      edit(
        voterSet,
        "version: newer(set, epoch, serverIndex), since: set.version };",
        "version: newer(set, epoch, serverIndex), since: 0 };",
      ),
    ],
    shows: { scenario: "voter-set-changed-too-fast" },
  },
  {
    name: "unfinished-voter-set-comes-back",
    teaches: "What an earlier title proposed and never finished must be behind whatever a later one does, or both find their majority.",
    edits: [edit(voterSet, "if (!madeIn(set.version, epoch, serverIndex)) return stamped(set, epoch, serverIndex);", ""), ...oneMajority],
    shows: { scenario: "voter-set-change-that-was-never-finished" },
  },
  {
    name: "fragment-becomes-title",
    teaches: "Orphans gathered one by one have no verdict behind them: leading needs a claim that a jury allowed.",
    edits: [
      edit(
        holding,
        'return held?.basis === "title" && member.state.kind !== "suspicious"',
        'return held !== null && member.state.kind !== "suspicious"',
      ),
      edit(holding, 'if (!untitled || basis !== "title" || !holdsMajority', "if (!untitled || !holdsMajority"),
    ],
    shows: { scenario: "orphans-are-no-title" },
  },
  {
    name: "forced-claim-breaks-the-promise",
    teaches: "Not even an operator may break a promise: the old owner still commands until it runs out.",
    edits: [edit(voterClaims, "  if (left > 0) {\n", "  if (left > 0 && !message.forced) {\n")],
    shows: { seeds: 1000 },
  },
  {
    name: "failed-claim-keeps-its-grants",
    teaches: "Grants that reached no majority must be given back, or the next claim finds the voters taken.",
    edits: [edit(claiming, "  return [failed, ...releases];", "  return releases.length < 0 ? releases : [failed];")],
    shows: { seeds: 200 },
  },
];
