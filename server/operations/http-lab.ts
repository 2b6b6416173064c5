/**
 * The lab's supervisor over HTTP. Where it listens stands in `<data>/lab.json`, written anew at each start of the lab;
 * so the file is read again for each request, and a lab that came back is found by itself.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { FleetError } from "./fleet.ts";
import { openHttpJson } from "./http-json.ts";
import type { LabControl } from "./lab-control.ts";
import { labStatusCheck } from "./node-schemas.ts";

const labFile = z.looseObject({ pid: z.number().int().positive(), port: z.number().int().min(1).max(65_535) });

const statusMs = 1000;

/** A restart waits until the node says `ready`. */
const actionMs = 15_000;

export function openLab(dataFolder: string, token: string): LabControl {
  const file = path.join(dataFolder, "lab.json");
  const exchange = async (method: "get" | "post", route: string, body: unknown, timeoutMs: number): Promise<unknown> => {
    const client = openHttpJson("lab", { host: "127.0.0.1", port: portIn(file) }, token);
    try {
      return method === "get" ? await client.get(route, timeoutMs) : await client.post(route, body, timeoutMs);
    } finally {
      client.close();
    }
  };
  const post = async (route: string, body: unknown): Promise<void> => {
    await exchange("post", route, body, actionMs);
  };
  return {
    status: async () => {
      const value = await exchange("get", "/lab", null, statusMs);
      try {
        return labStatusCheck.parse(value);
      } catch {
        throw new FleetError("lab", "garbled", "the lab's status does not read as one");
      }
    },
    act: (action, node) => post(`/lab/${action}`, { node }),
    cut: (cut) => post("/lab/cut", cut),
    heal: (cut) => post("/lab/heal", cut),
    traffic: (calls) => post("/lab/traffic", { calls }),
  };
}

function portIn(file: string): number {
  try {
    return labFile.parse(JSON.parse(readFileSync(file, "utf8"))).port;
  } catch {
    throw new FleetError("lab", "unreachable", "no lab runs on this data folder (start one with `npm start`)");
  }
}
