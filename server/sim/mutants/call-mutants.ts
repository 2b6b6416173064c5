/** Mutants of what a takeover does with calls and their records (failover.md 5). */
import { edit, type Mutant } from "./mutant.ts";

const polls = "server/core/calls/complete-poll.ts";

export const callMutants: readonly Mutant[] = [
  {
    name: "incomplete-audit-ends-calls",
    teaches: "A walk that was cut proves nothing of what it did not reach: ending those calls drops people who are talking.",
    edits: [
      edit(
        polls,
        "const incomplete = this.#incompleteness(poll);\n    if (incomplete !== null) return",
        "const incomplete = null;\n    if (incomplete !== null) return",
      ),
    ],
    shows: { callScenario: "audit-cut-half-way-ends-nothing" },
  },
  {
    name: "record-acknowledged-before-stored",
    teaches: "What is said to be kept before it lies on a disk is gone with the next crash, and nobody writes it again.",
    edits: [edit("server/sim/calls/outbox.ts", "    this.#writing = [];\n", "    this.#writing = [];\n    this.stored.splice(-2);\n")],
    shows: { seeds: 600 },
  },
  {
    name: "restarted-gateway-takes-its-calls",
    teaches: "Once a gateway that was out of reach has restarted, nobody knows of its calls but the server that had them before.",
    edits: [edit("server/core/calls/calls-let-go.ts", "    recordLetGo(engine, one, restart);\n", "")],
    shows: { from: 700, seeds: 400 },
  },
];
