import { expect, test } from "vitest";
import { readDialogList } from "./kamailio-dialogs.ts";

const dialog = {
  "call-id": "1",
  from_uri: "sip:a@h",
  to_uri: "sip:b@h",
  state: 4,
  init_ts: 1_795_199_463,
  start_ts: 1_795_199_466,
  duration: 3,
};

test("seconds beyond what a clock says make a dialog unreadable, never an instant", () => {
  expect(readDialogList([dialog])).toMatchObject({ dialogs: [{ callId: "1" }], unread: 0 });
  // JSON has no bound on its numbers: 1e999 reads as Infinity.
  for (const init_ts of [JSON.parse("1e999"), 1e42, -1, "1795199463"])
    expect(readDialogList([{ ...dialog, init_ts }])).toEqual({ dialogs: [], unread: 1 });
});
