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
 *   deafen GW               the next command for a connection does not reach the gateway, nor does what is sent again
 *   unreadable GW           its next audit after a takeover fails
 *   slow-history GW MS      its history is read so long after its connections at the next takeover
 *   resign CS               it lets go of everything; lose CS GW = of that gateway
 *   hung-up / lifted E AGE  an on-hook / off-hook that is AGE ms old arrives only now; `hung-up E AGE ERROR` on a slow path
 *   seized E CALLED AGE      a seizure by the network that is AGE ms old arrives only now
 *   lag MS                  from now on the servers may have read an event so much too late
 *   late E CALL             a create for that call comes through at E, long after it was given up
 *   forget E                its gateway drops the connection there without a word to anybody
 *   names GW                its SNMP rows tell the endpoint and the connection, which an MGCP audit does otherwise
 *   audit CS GW             CS reads the gateway's connections and its endpoints
 *   walk CS GW, walked CS GW  a poll that reads its rows now, and is over later
 *   ask CS GW, asked CS GW  its endpoints are audited now, and the answer comes later
 *   clock MS                wall clocks are set by so much
 *   restarted CS GW         CS hears that GW, which is not its own, restarted
 *   poll CS GW [CUT], history CS GW, restart GW, restart-silently GW, close CS, run MS, status CS, quiet / loud
 */
import type { ActivePoll } from "../complete-poll.ts";
import type { ObservedEvent } from "../endpoint-event.ts";
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

type Step = (world: World, a: string, b: string, c: string) => void;

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ["own", (world, server) => world.control(server, [...world.gateways.keys()], false, null, 0)],
  ["take-over", takeOver],
  ["kill", (world, server) => world.kill(server)],
  ["return", (world, server) => world.restore(server)],
  ["resign", (world, server) => world.resign(server)],
  ["lose", lose],
  ["close", (world, server) => world.tell(server, { kind: "admission-changed", open: false, reason: "draining" })],
  ["status", status],

  ["lift", (world, endpoint) => world.party(endpoint, { kind: "off-hook" })],
  ["hang-up", (world, endpoint) => world.party(endpoint, { kind: "on-hook" })],
  ["hung-up", (world, endpoint, ageMs, errorMs) => tellLate(world, endpoint, { kind: "on-hook" }, Number(ageMs), Number(errorMs))],
  ["lifted", (world, endpoint, ageMs) => tellLate(world, endpoint, { kind: "off-hook" }, Number(ageMs))],
  ["seized", (world, endpoint, called, ageMs) => tellLate(world, endpoint, { kind: "seizure", called, calling: "0309999" }, Number(ageMs))],
  ["dial", (world, endpoint, digits) => world.party(endpoint, { kind: "digits", digits })],
  ["seize", (world, endpoint, called, calling) => world.party(endpoint, { kind: "seizure", called, calling })],
  ["answer", (world, endpoint) => world.party(endpoint, { kind: "answer" })],
  ["release", (world, endpoint, cause) => world.party(endpoint, { kind: "release", cause: Number(cause) })],
  ["lag", (world, ms) => Object.assign(world, { lateMs: Number(ms) })],
  ["again", (world) => world.tellAgain()],
  ["talk", talk],
  ["calls", (world, count) => manyCalls(world, Number(count))],

  ["refuse", (world, gateway, code) => refuseNext(world, gateway, Number(code))],
  ["mute", (world, gateway) => refuseNext(world, gateway, "time-out")],
  ["deafen", (world, gateway) => refuseNext(world, gateway, "lost")],
  ["unreadable", (world, gateway) => world.unreadable.add(gateway)],
  ["slow-history", (world, gateway, ms) => world.slowHistory.set(gateway, Number(ms))],
  ["restart", restart],
  ["restarted", restarted],
  ["restart-silently", (world, gateway) => world.gateways.get(gateway)!.restart(world.wall)],
  ["forget", forget],
  ["late", lateCreate],
  ["names", (world, gateway) => Object.assign(world.gateways.get(gateway)!, { namesEndpoints: true })],

  ["poll", (world, server, gateway, cut) => world.tell(server, { kind: "poll-finished", poll: pollNow(world, gateway, cut) })],
  ["audit", (world, server, gateway) => world.audit(server, world.gateways.get(gateway)!)],
  ["walk", (world, _server, gateway) => world.walks.set(gateway, pollNow(world, gateway, ""))],
  ["walked", walked],
  ["ask", ask],
  ["asked", (world, server, gateway) => world.tell(server, world.asked.get(gateway)!)],
  ["history", (world, server, gateway) => world.readHistory(server, gateway)],

  ["run", (world, ms) => world.run(Number(ms))],
  ["clock", setClock],
  ["quiet", (world) => beQuiet(world, true)],
  ["loud", (world) => beQuiet(world, false)],
]);

function perform(world: World, words: readonly string[]): void {
  const [verb = "", a = "", b = "", c = ""] = words;
  const step = steps.get(verb);
  if (step === undefined) throw new Error(`no such step: ${verb}`);
  step(world, a, b, c);
}

function takeOver(world: World, server: string, eachMs: string, only: string): void {
  world.dead.delete(server);
  world.control(server, only === "" ? [...world.gateways.keys()] : only.split(","), true, world.silentSince ?? world.wall, Number(eachMs));
}

function tellLate(world: World, endpoint: string, event: ObservedEvent, ageMs: number, errorMs = 0): void {
  const gateway = world.gatewayOf(endpoint).name;
  const last = world.lastEvent!;
  const at = world.wall - ageMs;
  world.tell(world.owners.get(gateway)!, { ...last, gateway, endpoint, event, at, errorMs: errorMs || last.errorMs });
}

function refuseNext(world: World, gateway: string, how: number | "time-out" | "lost"): void {
  world.gateways.get(gateway)!.refuseNext = how;
}

function forget(world: World, endpoint: string): void {
  const gateway = world.gatewayOf(endpoint);
  gateway.end(gateway.connectionAt(endpoint)!, world.wall, false, 41);
}

function lateCreate(world: World, endpoint: string, callId: string): void {
  const gateway = world.gatewayOf(endpoint);
  const signal = endpoint.startsWith("ds/")
    ? ({ kind: "seizure", called: "", calling: null } as const)
    : ({ kind: "ringing", callingNumber: null } as const);
  const media = { codec: "PCMU", ptimeMs: 20, qos: "bestEffort" } as const;
  const request = { signals: [signal], events: [], digitMap: null };
  const command = { kind: "create-connection", commandId: 0, gateway: gateway.name, endpoint, callId, mode: "inactive" } as const;
  gateway.perform({ ...command, media, remoteAddress: null, request }, world.wall);
}

function pollNow(world: World, gateway: string, cut: string): ActivePoll {
  return world.gateways.get(gateway)!.poll(world.mono, world.wall, cut === "" ? null : Number(cut));
}

function walked(world: World, server: string, gateway: string): void {
  const poll = { ...world.walks.get(gateway)!, endedAt: world.mono, endedWall: world.wall };
  world.tell(server, { kind: "poll-finished", poll });
}

function ask(world: World, _server: string, gateway: string): void {
  const endpoints = world.gateways.get(gateway)!.audit();
  world.asked.set(gateway, { kind: "endpoints-audited", gateway, startedAt: world.mono, endpoints });
}

function lose(world: World, server: string, gateway: string): void {
  if (world.owners.get(gateway) === server) world.owners.delete(gateway);
  world.tell(server, { kind: "gateway-lost", gateway });
}

function setClock(world: World, ms: string): void {
  world.setByMs += Number(ms);
  for (const gateway of world.gateways.values()) gateway.clockSet(Number(ms));
}

function beQuiet(world: World, quiet: boolean): void {
  world.quiet = quiet;
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

/** A server hears of the restart of a gateway that is not its own. */
function restarted(world: World, server: string, name: string): void {
  const lastSeenAt = world.wall - 400;
  world.gateways.get(name)!.restart(world.wall);
  world.tell(server, { kind: "gateway-restarted", gateway: name, lastSeenAt, restartedAt: world.wall });
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
