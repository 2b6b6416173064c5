/** What every operation is given: the site, its nodes, the database, who asks. No globals, no singletons. */
import type { Database } from "../../db/database.ts";
import type { Site } from "../core/site/site.ts";
import type { WallTime } from "../core/time.ts";
import type { Fleet } from "./fleet.ts";
import type { LabControl } from "./lab-control.ts";
import type { Observations } from "./observations.ts";
import { OperationError } from "./operation-error.ts";
import type { PlanBook } from "./plan-book.ts";

/** Who asks. Sign-in comes later; until then the name says from where, and everybody on the loopback interface may operate. */
export interface Actor {
  readonly name: string;
  readonly via: "console" | "cli" | "rest";
  readonly role: "viewer" | "operator";
}

export interface OperationsContext {
  readonly site: Site;
  readonly fleet: Fleet;
  /** Null outside the lab. */
  readonly lab: LabControl | null;
  /** Null where the database could not be opened; what needs it then says so, everything else goes on. */
  readonly database: Database | null;
  readonly actor: Actor;
  readonly plans: PlanBook;
  now(): WallTime;
  /** What is known of all nodes: the poller's memory in the console, a fresh look from the command line. */
  observe(): Promise<Observations>;
}

export function requireDatabase(context: OperationsContext): Database {
  if (!context.database) throw new OperationError("no-database", "The console's database could not be opened. Calls are not affected.");
  return context.database;
}

export function requireOperator(context: OperationsContext): void {
  if (context.actor.role !== "operator") throw new OperationError("forbidden", "Needs role operator.");
}

export function requireLab(context: OperationsContext): LabControl {
  if (!context.lab) throw new OperationError("no-lab", "No lab runs here: faults and traffic are only for `npm start`.");
  return context.lab;
}
