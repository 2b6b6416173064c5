/** Failovers in a row under traffic: call records = answered calls that ended (A15). The long form is `npm run bench -- records`. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RealLab, startRealLab } from "../real-lab.ts";
import { failOverAgainAndAgain, recordsAgainstTruth } from "../records.ts";

const failovers = 4;
let lab: RealLab;

beforeAll(async () => {
  process.env.TANDEM_HOLD_SECONDS = "8";
  lab = await startRealLab(40);
}, 300_000);

afterAll(async () => {
  delete process.env.TANDEM_HOLD_SECONDS;
  await lab?.stop();
}, 60_000);

test("every answered call that ended has exactly one record, with the right duration", async () => {
  await failOverAgainAndAgain(lab, failovers, 40);
  const { found, records, truth } = await recordsAgainstTruth(lab);
  expect(found).toEqual([]);
  expect(records).toBe(truth);
  expect(truth).toBeGreaterThan(40);
}, 400_000);
