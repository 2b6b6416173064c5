/** Who calls whom, and for how long: seeded arrivals at every gateway, with people who give up, never answer, or hang up just when a server dies. */
import { endpointAt } from "../../core/gateway/gateway.ts";
import type { CallPlan } from "../../core/gateway/party.ts";
import { between, chance, forkRandom, pick, type Random, wholeBetween } from "../random.ts";
import type { CallsSite, TrafficProfile } from "./calls-site.ts";
import { holdingMs } from "./holding-time.ts";
import type { PlanePorts } from "./plane-ports.ts";
import type { SimGateway } from "./sim-gateway.ts";

export class Traffic {
  readonly #ports: PlanePorts;
  readonly #site: CallsSite;
  readonly #profile: TrafficProfile;
  readonly #random: Random;
  #open = true;
  #placed = 0;

  constructor(ports: PlanePorts, site: CallsSite, profile: TrafficProfile, seed: number) {
    this.#ports = ports;
    this.#site = site;
    this.#profile = profile;
    this.#random = forkRandom(seed, "traffic");
  }

  /** Nobody begins a call any more. */
  close(): void {
    this.#open = false;
  }

  /** One boot of a gateway: its parties call from now on. @param alive whether that boot still runs */
  begin(gateway: SimGateway, alive: () => boolean): void {
    const meanMs = (1000 * this.#site.gateways.length) / this.#profile.perSecond;
    const next = (): void =>
      this.#ports.after(gateway.name, holdingMs(this.#random, meanMs, 1, 60_000), () => {
        if (!this.#open || !alive()) return;
        this.#place(gateway);
        next();
      });
    next();
  }

  answerDelayMs(): number {
    return chance(this.#random, this.#profile.unanswered) ? 70_000 : between(this.#random, 200, 2_500);
  }

  /** A server died: some people hang up in the next seconds, and some just lift. */
  startle(gateways: Iterable<SimGateway>): void {
    for (const gateway of gateways) {
      for (const index of gateway.stations.busy()) {
        if (!chance(this.#random, 0.25)) continue;
        this.#ports.after(gateway.name, between(this.#random, 0, 2_500), () => gateway.stations.hangUp(index));
      }
      if (this.#open) this.#place(gateway);
    }
  }

  #place(gateway: SimGateway): void {
    const random = this.#random;
    const index = wholeBetween(random, 1, gateway.plant.gateway.count);
    const trunk = gateway.plant.gateway.kind === "trunk";
    if (endpointAt(gateway.plant.gateway, index) === null) return;
    this.#placed += 1;
    const plan: CallPlan = {
      callRef: String(this.#placed),
      digits: this.#digits(),
      callingNumber: trunk ? `7${wholeBetween(random, 1000, 9999)}` : null,
      holdMs: holdingMs(random, this.#profile.meanHoldMs, 300, 120_000),
      releasedBy: chance(random, 0.5) ? "calling" : "called",
    };
    if (!gateway.stations.place(index, plan) || !chance(random, this.#profile.abandoned)) return;
    const patienceMs = between(random, 50, 5_000);
    this.#ports.after(gateway.name, patienceMs, () => gateway.stations.giveUp(index, plan));
  }

  #digits(): string {
    const { byNumber } = this.#site.numbering;
    if (this.#site.routes.length > 0 && chance(this.#random, 0.45)) return `0${wholeBetween(this.#random, 10_000, 99_999)}`;
    // Now and then nobody has the number.
    if (chance(this.#random, 0.03)) return "59";
    return pick(this.#random, [...byNumber.keys()]);
  }
}
