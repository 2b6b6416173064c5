/**
 * Plays a scenario file: lines that begin with `>` are done in order, `#` is commentary, and everything else is what came of it.
 *
 *   lines N trunks N        the site: lines on if-1 (50101…) and on if-2 (50501…), channels on gw-1 and gw-2
 *   own cs-a                it gains every gateway, fresh
 *   take-over cs-b EACH     it gains every gateway and reads one every EACH ms; `take-over cs-b EACH if-1,gw-1` only those
 *   kill cs-a, return cs-a  it is gone, and nobody is in control; it is back, and controls nothing
 *   lift / hang-up E, dial E DIGITS, seize E CALLED CALLING, answer E, release E CAUSE, again (the last event once more)
 *   talk E DIGITS F         a whole call from line E to line or channel F, answered
 *   calls N                 N line-to-line calls, answered, without a word
 *   refuse GW CODE, mute GW the gateway refuses, or does not answer, the next command for a connection
 *   unreadable GW           its next audit after a takeover fails
 *   resign CS               it lets go of everything
 *   hung-up E AGE           an on-hook that is AGE ms old arrives only now
 *   walk CS GW, walked CS GW  a poll that reads its rows now, and is over later
 *   poll CS GW [CUT], history CS GW, restart GW, close CS, run MS, status CS, quiet / loud
 */
import { World } from "./world.ts";

export function play(script: string): { text: string; world: World } {
  let world = new World(4, 3);
  const out: string[] = [];
  for (const line of script.split("\n")) {
    if (line.startsWith("#") || (line.trim() === "" && out.at(-1) !== "")) out.push(line.trimEnd());
    if (!line.startsWith("> ")) continue;
    out.push(line.trimEnd());
    const words = line.slice(2).trim().split(/\s+/);
    if (words[0] === "lines") world = new World(Number(words[1]), Number(words[3]));
    else perform(world, words);
    out.push(...world.lines.splice(0));
  }
  return { text: `${out.join("\n").trim()}\n`, world };
}

function perform(world: World, words: readonly string[]): void {
  const [verb = "", a = "", b = "", c = ""] = words;
  const all = [...world.gateways.keys()];
  switch (verb) {
    case "own":
      world.control(a, all, false, null, 0);
      return;
    case "take-over": {
      const silentSince = world.wall;
      world.dead.delete(a);
      world.control(a, c === "" ? all : c.split(","), true, silentSince, Number(b));
      return;
    }
    case "kill":
      world.kill(a);
      return;
    case "lift":
      world.party(a, { kind: "off-hook" });
      return;
    case "hang-up":
      world.party(a, { kind: "on-hook" });
      return;
    case "dial":
      world.party(a, { kind: "digits", digits: b });
      return;
    case "seize":
      world.party(a, { kind: "seizure", called: b, calling: c });
      return;
    case "answer":
      world.party(a, { kind: "answer" });
      return;
    case "release":
      world.party(a, { kind: "release", cause: Number(b) });
      return;
    case "again":
      world.tell([...world.owners.values()][0]!, world.lastEvent!);
      return;
    case "talk":
      talk(world, a, b, c);
      return;
    case "calls":
      manyCalls(world, Number(a));
      return;
    case "refuse":
      world.gateways.get(a)!.refuseNext = Number(b);
      return;
    case "mute":
      world.gateways.get(a)!.refuseNext = "time-out";
      return;
    case "poll":
      world.tell(a, { kind: "poll-finished", poll: world.gateways.get(b)!.poll(world.mono, world.wall, c === "" ? null : Number(c)) });
      return;
    case "history":
      world.readHistory(a, b);
      return;
    case "restart":
      restart(world, a);
      return;
    case "restart-silently":
      world.gateways.get(a)!.restart(world.wall);
      return;
    case "unreadable":
      world.unreadable.add(a);
      return;
    case "walk":
      world.walks.set(b, world.gateways.get(b)!.poll(world.mono, world.wall, null));
      return;
    case "walked":
      world.tell(a, { kind: "poll-finished", poll: { ...world.walks.get(b)!, endedAt: world.mono, endedWall: world.wall } });
      return;
    case "hung-up":
      world.tell(world.owners.get(world.gatewayOf(a).name)!, {
        ...world.lastEvent!,
        gateway: world.gatewayOf(a).name,
        endpoint: a,
        event: { kind: "on-hook" },
        at: world.wall - Number(b),
      });
      return;
    case "resign":
      world.resign(a);
      return;
    case "return":
      world.restore(a);
      return;
    case "forget": // the gateway drops a connection without a word to anybody
      world.gatewayOf(a).end(world.gatewayOf(a).connectionAt(a)!, world.wall, false, 41);
      return;
    case "close":
      world.tell(a, { kind: "admission-changed", open: false, reason: "draining" });
      return;
    case "run":
      world.run(Number(a));
      return;
    case "status":
      status(world, a);
      return;
    case "quiet":
    case "loud":
      world.quiet = verb === "quiet";
      return;
    default:
      throw new Error(`no such step: ${verb}`);
  }
}

export function talk(world: World, calling: string, digits: string, called: string): void {
  world.party(calling, { kind: "off-hook" });
  world.run(50);
  world.party(calling, { kind: "digits", digits });
  world.run(50);
  world.party(called, called.startsWith("ds/") ? { kind: "answer" } : { kind: "off-hook" });
  world.run(50);
}

function manyCalls(world: World, count: number): void {
  const before = world.quiet;
  world.quiet = true;
  for (let line = 1; line <= count; line += 1) talk(world, `aaln/${line}@if-1`, String(50500 + line), `aaln/${line}@if-2`);
  world.quiet = before;
}

function restart(world: World, name: string): void {
  const owner = world.owners.get(name) ?? null;
  const lastSeenAt = world.wall - 400;
  world.gateways.get(name)!.restart(world.wall);
  if (owner !== null) world.tell(owner, { kind: "gateway-restarted", gateway: name, lastSeenAt, restartedAt: world.wall });
}

function status(world: World, server: string): void {
  const control = world.servers.get(server)!;
  const { state } = control;
  const phases = Object.entries(state.byPhase).filter(([, count]) => count > 0);
  const progress = control.adoption();
  world.say(
    `${server} has ${state.active} calls (${phases.map(([phase, count]) => `${count} ${phase}`).join(", ") || "none"}), ` +
      `knows ${state.connections.size} connections of ${state.connections.establishedCalls} established calls, digests ` +
      `${state.digest() === state.connections.digest() ? "agree" : "differ"}`,
  );
  if (progress.adopted + progress.givenUp + progress.recovered + progress.incomplete > 0) {
    world.say(
      `${server} adopted ${progress.adopted} (${progress.confirmed} confirmed), gave up ${progress.givenUp}, recovered ${progress.recovered}, ${progress.incomplete} incomplete`,
    );
  }
}
