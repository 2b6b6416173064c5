/** The supervisor's own operator interface: what the console's Lab page and `tandem lab` talk to. Loopback only. */
import {
  OperatorError,
  type OperatorRequest,
  type OperatorRoute,
  type OperatorServer,
  startOperatorServer,
} from "../runtime/operator-server.ts";
import type { CutRequest } from "./cuts.ts";
import type { LabAction, Supervisor } from "./supervisor.ts";
import type { Traffic } from "./traffic/traffic.ts";

export const mostCalls = 2000;

export function startLabServer(supervisor: Supervisor, traffic: Pick<Traffic, "aim">, token: string): Promise<OperatorServer> {
  const actions: readonly LabAction[] = ["kill", "freeze", "thaw", "restart"];
  const routes: OperatorRoute[] = [
    { method: "GET", path: "/lab", handle: () => supervisor.status() },
    ...actions.map(
      (action): OperatorRoute => ({ method: "POST", path: `/lab/${action}`, handle: (request) => act(supervisor, action, request) }),
    ),
    {
      method: "POST",
      path: "/lab/cut",
      handle: async (request) => {
        await supervisor.cut(cutRequest(supervisor, request));
        return supervisor.status();
      },
    },
    {
      method: "POST",
      path: "/lab/heal",
      handle: async (request) => {
        await supervisor.heal(cutRequest(supervisor, request));
        return supervisor.status();
      },
    },
    {
      method: "POST",
      path: "/lab/traffic",
      handle: (request) => {
        const { calls } = fieldsOf(request);
        if (typeof calls !== "number" || !Number.isInteger(calls) || calls < 0 || calls > mostCalls) {
          throw new OperatorError(400, "calls", `calls must be a whole number from 0 to ${mostCalls}.`);
        }
        traffic.aim(calls);
        return supervisor.status();
      },
    },
  ];
  return startOperatorServer({ host: "127.0.0.1", port: 0, token, routes });
}

async function act(supervisor: Supervisor, action: LabAction, request: OperatorRequest): Promise<unknown> {
  const { node } = fieldsOf(request);
  if (typeof node !== "string" || !supervisor.knows(node))
    throw new OperatorError(404, "node", `There is no node ${String(node).slice(0, 64)}.`);
  const refusal = await supervisor.act(action, node);
  if (refusal !== null) throw new OperatorError(409, "state", refusal);
  return supervisor.status();
}

function cutRequest(supervisor: Supervisor, request: OperatorRequest): CutRequest {
  const { a, b, path = "all", oneWay = false } = fieldsOf(request);
  for (const name of [a, b]) {
    if (typeof name !== "string" || !supervisor.knows(name))
      throw new OperatorError(404, "node", `There is no node ${String(name).slice(0, 64)}.`);
  }
  if (a === b) throw new OperatorError(400, "node", "a and b must be two different nodes.");
  if (path !== 1 && path !== 2 && path !== "all") throw new OperatorError(400, "path", "path must be 1, 2 or all.");
  if (typeof oneWay !== "boolean") throw new OperatorError(400, "oneWay", "oneWay must be true or false.");
  return { a: a as string, b: b as string, path, oneWay };
}

function fieldsOf(request: OperatorRequest): Record<string, unknown> {
  return typeof request.body === "object" && request.body !== null ? (request.body as Record<string, unknown>) : {};
}
