import { describe, expect, test } from "vitest";
import { everyChecker } from "./checkers/every-checker.ts";
import { namedCluster } from "./cluster.ts";
import { calmNetwork } from "./network.ts";
import { crash, cut, freeze, healAll, isolate, jumpWall, restart, resumeMachine, suspend, thaw, wipe } from "./verbs.ts";
import { World, type WorldOptions } from "./world.ts";

function started(seed = 1, extra: Partial<WorldOptions> = {}): World {
  const world = new World({ seed, clusters: [namedCluster(1, 2, 4, 1)], checkers: everyChecker(), ...extra });
  world.run(3000);
  return world;
}

function said(world: World): string {
  return world.trace.lines.join("\n");
}

describe("the virtual world", () => {
  test("cold start: the preferred server takes the title and every gateway", () => {
    const world = started();
    expect(world.titled()).toEqual(["cs-a"]);
    for (const gateway of world.voters.keys()) expect(world.ownerOf(gateway)).toBe("cs-a");
  });

  test("primary dies: the standby has the title within N intervals and 150 ms", () => {
    const world = started();
    crash(world, "cs-a");
    world.run(650);
    expect(world.titled(), world.trace.last(60)).toEqual(["cs-b"]);
  });

  test("links between the servers cut, gateways fine: no takeover, and the verdict says why", () => {
    const world = started();
    cut(world, "cs-a", "cs-b");
    cut(world, "cs-b", "cs-a");
    world.run(5000);
    expect(world.titled()).toEqual(["cs-a"]);
    expect(said(world)).toContain("the fault is my own link. Not taking over.");
  });

  test("primary cut off from everyone: takeover, and it stands by after healing", () => {
    const world = started();
    isolate(world, "cs-a");
    world.run(1000);
    expect(world.titled()).toEqual(["cs-b"]);
    healAll(world);
    world.run(1000);
    expect(world.titled()).toEqual(["cs-b"]);
    expect(world.serverNode("cs-a").member.state.kind).toBe("standby");
  });

  test.each([
    ["frozen", freeze, thaw],
    ["suspended", suspend, resumeMachine],
  ])("primary %s 5 s: it stands by afterwards and commands nobody", (_how, stop, go) => {
    const world = started();
    stop(world, "cs-a");
    world.run(5000);
    expect(world.titled()).toEqual(["cs-b"]);
    go(world, "cs-a");
    expect(world.commands("cs-a", "gw-1")).toBe(false);
    world.run(1000);
    expect(world.titled()).toEqual(["cs-b"]);
    expect(world.serverNode("cs-a").member.state.kind).toBe("standby");
  });

  test("a jump of the wall clock costs one lease and no more", () => {
    const world = started();
    jumpWall(world, "cs-a", 90_000);
    world.run(300);
    expect(said(world)).toContain("title-lost");
    world.run(1000);
    expect(world.titled()).toEqual(["cs-a"]);
  });

  test("a gateway with an empty disk abstains until the title holder admits it", () => {
    const world = started();
    wipe(world, "gw-1");
    expect(world.refusalOf("gw-1", { number: 1, server: "cs-a" }, world.serverNode("cs-a").boot)).toContain("abstaining");
    world.run(2000);
    expect(world.ownerOf("gw-1")).toBe("cs-a");
  });

  test("what was recorded but not durably is lost with the process", () => {
    const world = started();
    crash(world, "cs-a");
    const { facts } = world.serverNode("cs-a").disk;
    expect(facts.every((recorded) => recorded.durable)).toBe(true);
    restart(world, "cs-a");
    world.run(3000);
    expect(world.titled()).toEqual(["cs-b"]);
  });

  test("nodes of a newer minor version of the link take part", () => {
    const world = started(1, { newerMinor: ["cs-b", "gw-2"] });
    crash(world, "cs-a");
    world.run(1000);
    expect(world.titled()).toEqual(["cs-b"]);
    expect(world.ownerOf("gw-2")).toBe("cs-b");
  });

  test("one seed gives one hash, another seed another", () => {
    const once = (seed: number): string => {
      const world = started(seed, { network: { ...calmNetwork, loss: 0.05, duplication: 0.05 } });
      crash(world, "cs-a");
      world.run(3000);
      restart(world, "cs-a");
      world.run(3000);
      return world.trace.hash;
    };
    expect(once(7)).toBe(once(7));
    expect(once(7)).not.toBe(once(8));
  });
});
