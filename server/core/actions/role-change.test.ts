import { describe, expect, test } from "vitest";
import type { Fact } from "../control/member-state.ts";
import { environmentOf } from "./action-context.ts";
import { type RoleChange, RoleChanges } from "./role-change.ts";

const a41 = { number: 41, server: "cs-a" };
const b42 = { number: 42, server: "cs-b" };
const switchover = { id: "s", to: "cs-a", reason: "new kernel", by: "ana", clients: null, automatic: false };

function changesOf(facts: readonly Fact[]): (RoleChange | null)[] {
  const changes = new RoleChanges("cs-a");
  return facts.map((fact, index) => changes.note(fact, "cs-b", 1000 + index)).filter((change) => change !== null);
}

const verdict = {
  atMs: 0,
  takeOver: true,
  sentence: "The primary is dead: taking over.",
  rule: "",
  ruledOut: [],
  missed: 5,
  missLimit: 5,
  votes: [],
};
const gained: Fact = { what: "title-gained", epoch: a41, grants: 3, voters: 5 };

describe("a real change of role", () => {
  test("by itself: the verdict is the reason, the old primary is named", () => {
    const facts: Fact[] = [
      { what: "verdict-reached", verdict, cause: "primary-dead" },
      { what: "claim-sent", epoch: a41, cause: "primary-dead", order: null, to: 5 },
      gained,
      { what: "title-lost", epoch: a41, because: "fewer than a majority answered" },
      gained,
      { what: "stepped-down", epoch: a41, to: b42 },
    ];
    expect(changesOf(facts)).toEqual([
      { role: "primary", epoch: a41, cause: "primary-dead", reason: verdict.sentence, previous: "cs-b", next: "cs-a", at: 1002 },
      {
        role: "standby",
        epoch: a41,
        cause: "title-lost",
        reason: "The title was lost: fewer than a majority answered.",
        previous: "cs-a",
        next: null,
        at: 1003,
      },
      {
        role: "primary",
        epoch: a41,
        cause: "title-regained",
        reason: "A majority of the voters answers again.",
        previous: "cs-a",
        next: "cs-a",
        at: 1004,
      },
      { role: "standby", epoch: a41, cause: "stepped-down", reason: "42@cs-b holds the title.", previous: "cs-a", next: "cs-b", at: 1005 },
    ]);
  });

  test("by request: the operator's reason, and who comes next", () => {
    const facts: Fact[] = [
      { what: "claim-sent", epoch: a41, cause: "requested", order: switchover, to: 5 },
      gained,
      { what: "resigned", epoch: a41, switchover: { ...switchover, to: "cs-b" } },
    ];
    expect(changesOf(facts)).toMatchObject([
      { role: "primary", cause: "requested", reason: "new kernel", previous: "cs-b" },
      { role: "standby", cause: "requested", reason: "new kernel", previous: "cs-a", next: "cs-b" },
    ]);
  });

  test("a claim that failed leaves nothing behind", () => {
    const facts: Fact[] = [
      { what: "claim-sent", epoch: a41, cause: "no-primary", order: null, to: 5 },
      { what: "claim-failed", epoch: a41, grants: 1, needed: 3 },
      { what: "claim-sent", epoch: a41, cause: "primary-frozen", order: null, to: 5 },
      gained,
    ];
    expect(changesOf(facts)).toMatchObject([{ cause: "primary-frozen" }]);
  });
});

test("the environment is one line each, and says nothing where nothing is known", () => {
  const change: RoleChange = {
    role: "standby",
    epoch: a41,
    cause: "title-lost",
    reason: "two\nlines\0",
    previous: "cs-a",
    next: null,
    at: 0,
  };
  expect(environmentOf(change, { site: "north", cluster: "north-1", server: "cs-a" })).toEqual({
    TANDEM_EPOCH: "41",
    TANDEM_EPOCH_OWNER: "cs-a",
    TANDEM_SERVER: "cs-a",
    TANDEM_ROLE: "standby",
    TANDEM_CAUSE: "title-lost",
    TANDEM_REASON: "two lines ",
    TANDEM_PREVIOUS_SERVER: "cs-a",
    TANDEM_NEXT_SERVER: "",
    TANDEM_AT: "1970-01-01T00:00:00.000Z",
    TANDEM_SITE: "north",
    TANDEM_CLUSTER: "north-1",
  });
});
