/** An operations context over fakes: a small site, a database in memory, a clock that tests move. */
import { openDatabase } from "../../../db/database.ts";
import type { OperationsContext } from "../context.ts";
import { observeNow } from "../observations.ts";
import { PlanBook } from "../plan-book.ts";
import { FakeFleet } from "./fake-fleet.ts";
import { fakeGateway, fakeServer, fakeSite, fakeWitness } from "./fake-site.ts";

export interface FakeContext extends OperationsContext {
  readonly fleet: FakeFleet;
  readonly clock: { now: number };
}

/** Everything well: cs-a primary, cs-b ready, both gateways and the witness up. */
export function fakeContext(now = 1_700_000_000_000): FakeContext {
  const site = fakeSite();
  const fleet = new FakeFleet();
  fleet.put("cs-a", fakeServer("cs-a", "primary", now));
  fleet.put("cs-b", fakeServer("cs-b", "standby", now));
  fleet.put("gw-1", fakeGateway("gw-1", now));
  fleet.put("gw-2", fakeGateway("gw-2", now));
  fleet.put("wit-1", fakeWitness(now));
  const clock = { now };
  return {
    site,
    fleet,
    clock,
    lab: null,
    database: openDatabase(":memory:"),
    actor: { name: "ana", via: "console", role: "operator" },
    plans: new PlanBook(),
    now: () => clock.now,
    observe: () => observeNow(site, fleet, null, () => clock.now),
  };
}
