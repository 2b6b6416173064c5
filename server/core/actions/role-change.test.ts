import { describe, expect, test } from "vitest";
import type { Fact, MemberEffect, Switchover } from "../control/member-state.ts";
import { environmentOf } from "./action-context.ts";
import { type RoleChange, RoleChanges } from "./role-change.ts";

const a41 = { number: 41, server: "cs-a" };
const b42 = { number: 42, server: "cs-b" };
const switchover: Switchover = { id: "s", to: "cs-b", reason: "new kernel", by: "ana", clients: null, automatic: false };
const sentence = "Nobody hears the primary: taking over.";
const verdict = { atMs: 0, takeOver: true, sentence, rule: "", ruledOut: [], missed: 5, missLimit: 5, votes: [] };

type Said = Fact | Extract<MemberEffect, { kind: "promoted" | "demoted" }>;

function changesOf(said: readonly Said[]): RoleChange[] {
  const changes = new RoleChanges("cs-a");
  return said.flatMap((one, index) => {
    if ("kind" in one) return [changes.changed(one, 1000 + index)];
    changes.note(one);
    return [];
  });
}

const promoted: Said = { kind: "promoted", epoch: a41, cause: "primary-dead", reason: null, from: "cs-b" };

describe("a real change of role", () => {
  test("by itself: the verdict is the reason, the old primary is named", () => {
    const said: Said[] = [
      { what: "verdict-reached", verdict, cause: "primary-dead" },
      promoted,
      { what: "title-lost", epoch: a41, because: "fewer than a majority answered" },
      // What the machine then believes to be the epoch of the primary is another's.
      { kind: "demoted", epoch: b42 },
      promoted,
      { what: "stepped-down", epoch: a41, to: b42 },
      { kind: "demoted", epoch: b42 },
    ];
    const lost = "The title was lost: fewer than a majority answered.";
    const again = "A majority of the voters answers again.";
    expect(changesOf(said)).toEqual([
      { role: "primary", epoch: a41, cause: "primary-dead", reason: sentence, previous: "cs-b", next: "cs-a", at: 1001 },
      { role: "standby", epoch: a41, cause: "title-lost", reason: lost, previous: "cs-a", next: null, at: 1003 },
      { role: "primary", epoch: a41, cause: "title-regained", reason: again, previous: "cs-a", next: "cs-a", at: 1004 },
      { role: "standby", epoch: a41, cause: "stepped-down", reason: "42@cs-b holds the title.", previous: "cs-a", next: "cs-b", at: 1006 },
    ]);
  });

  test("by request: the operator's reason, and who comes next", () => {
    const said: Said[] = [
      { kind: "promoted", epoch: a41, cause: "requested", reason: "old kernel", from: "cs-b" },
      { what: "resigned", epoch: a41, switchover },
      { kind: "demoted", epoch: a41 },
    ];
    expect(changesOf(said)).toMatchObject([
      { role: "primary", cause: "requested", reason: "old kernel", previous: "cs-b" },
      { role: "standby", cause: "requested", reason: "new kernel", previous: "cs-a", next: "cs-b" },
    ]);
  });

  test("why an earlier title ended says nothing of this one", () => {
    const second = { ...promoted, epoch: { number: 43, server: "cs-a" } };
    const said: Said[] = [promoted, { what: "resigned", epoch: a41, switchover }, { kind: "demoted", epoch: a41 }, second];
    expect(changesOf([...said, { kind: "demoted", epoch: b42 }]).at(-1)).toMatchObject({ cause: "title-lost", epoch: { number: 43 } });
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
