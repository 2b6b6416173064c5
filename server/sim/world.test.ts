import { describe, expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { World } from "./world.ts";

const servers = ["cs-a", "cs-b"];
const voters = ["gw-1", "gw-2", "gw-3", "if-1", "wit-1"];

function started(seed = 1, extra: object = {}): World {
  const world = new World({ seed, servers, voters, ...extra });
  world.run(3000);
  return world;
}

describe("the small world", () => {
  test("cold start: the preferred server takes the title", () => {
    const world = started();
    expect(world.titled()).toEqual(["cs-a"]);
  });

  test("primary dies: the standby has the title within N intervals and 150 ms", () => {
    const world = started();
    const died = world.schedule.now;
    world.crash("cs-a");
    world.run(650);
    expect(world.titled(), world.trace.slice(-60).join("\n")).toEqual(["cs-b"]);
    expect(world.schedule.now - died).toBeLessThanOrEqual(650);
  });

  test("links between the servers cut, gateways fine: no takeover, and the verdict says why", () => {
    const world = started();
    world.cutBothWays("cs-a", "cs-b");
    world.run(5000);
    expect(world.titled()).toEqual(["cs-a"]);
    expect(world.trace.join("\n")).toContain("the fault is my own link. Not taking over.");
  });

  test("primary cut off from everyone: takeover", () => {
    const world = started();
    for (const other of ["cs-b", ...voters]) world.cutBothWays("cs-a", other);
    world.run(1000);
    expect(world.titled()).toEqual(["cs-b"]);
    world.healAll();
    world.run(1000);
    expect(world.titled()).toEqual(["cs-b"]);
    expect(world.servers.get("cs-a")?.member.state.kind).toBe("standby");
  });

  test("primary that answered the query and then was cut off from everyone: its answer expires, takeover", () => {
    const world = started();
    world.cut("cs-a", "cs-b", 1);
    world.run(1000);
    expect(world.titled()).toEqual(["cs-a"]);
    expect(world.trace.join("\n")).toContain("query-answered");
    for (const other of ["cs-b", ...voters]) world.cutBothWays("cs-a", other);
    world.run(1500);
    expect(world.titled(), world.trace.slice(-30).join("\n")).toEqual(["cs-b"]);
  });

  test("primary frozen 5 s and thawed: it stands by and commands nobody", () => {
    const world = started();
    world.freeze("cs-a");
    world.run(5000);
    expect(world.titled()).toEqual(["cs-b"]);
    world.thaw("cs-a");
    world.run(1000);
    expect(world.titled()).toEqual(["cs-b"]);
    expect(world.servers.get("cs-a")?.member.state.kind).toBe("standby");
  });

  test("switchover: the successor has every gateway within 50 ms", () => {
    const world = started();
    const primary = world.servers.get("cs-a");
    if (!primary) throw new Error("no cs-a");
    world.deliver(primary, { kind: "switchover-accepted", switchover: { id: "s1", to: "cs-b", reason: "test", by: "ana" } });
    world.run(60);
    expect(world.titled(), world.trace.slice(-30).join("\n")).toEqual(["cs-b"]);
    world.run(500);
    expect(primary.member.state.kind).toBe("standby");
  });

  test("switchover whose successor is dead: the primary claims a new epoch by itself", () => {
    const world = started();
    const primary = world.servers.get("cs-a");
    if (!primary) throw new Error("no cs-a");
    world.crash("cs-b");
    world.deliver(primary, { kind: "switchover-accepted", switchover: { id: "s1", to: "cs-b", reason: "test", by: "ana" } });
    world.run(3000);
    expect(world.titled()).toEqual(["cs-a"]);
    expect(world.trace.join("\n")).toContain("switchover-aborted");
  });

  test("one seed gives one trace", () => {
    const once = () => {
      const world = started(7, { loss: 0.05, duplication: 0.05 });
      world.crash("cs-a");
      world.run(3000);
      world.restart("cs-a");
      world.run(3000);
      return world.trace.join("\n");
    };
    expect(once()).toBe(once());
  });

  test("random crashes, freezes, cuts and loss: one title at most, and one title again after healing", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seededRandom(seed * 7919);
      const world = new World({
        seed,
        servers,
        voters,
        loss: random.next() * 0.2,
        duplication: 0.05,
        delayMs: [0.2, 1 + random.next() * 30],
      });
      world.run(2000);
      for (let fault = 0; fault < 12; fault += 1) {
        disturb(world, random.next(), random.next(), random.next());
        world.run(100 + random.next() * 900);
      }
      const calm = new Error(`seed ${seed}: no single title after healing`);
      world.healAll();
      for (const name of [...servers, ...voters]) {
        const node = world.servers.get(name) ?? world.voters.get(name);
        if (node?.frozen) world.thaw(name);
        if (!node?.alive) world.restart(name);
      }
      world.run(8000);
      if (world.titled().length !== 1) {
        calm.message += `\n${world.trace.slice(-60).join("\n")}`;
        throw calm;
      }
    }
  }, 60_000);
});

function disturb(world: World, kind: number, whom: number, other: number): void {
  const everyone = [...servers, ...voters];
  const name = everyone[Math.floor(whom * everyone.length)] ?? "cs-a";
  const to = everyone[Math.floor(other * everyone.length)] ?? "cs-b";
  const node = world.servers.get(name) ?? world.voters.get(name);
  if (!node) return;
  if (!node.alive) world.restart(name);
  else if (node.frozen) world.thaw(name);
  else if (kind < 0.25) world.crash(name);
  else if (kind < 0.45) world.freeze(name);
  else if (kind < 0.7 && name !== to) world.cutBothWays(name, to);
  else if (kind < 0.85 && name !== to) world.cut(name, to);
  else world.healAll();
}
