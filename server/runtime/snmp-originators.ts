/**
 * Whose SNMP notifications count: gear by the address that it is audited at, and by what it is audited with. Several may stand behind one address,
 * and a name may stand for several addresses; each address has one budget, so that a storm of traps costs nothing.
 */
import { isIP } from "node:net";
import type { NodeName } from "../core/identity.ts";
import { TokenBucket } from "../core/polling/token-bucket.ts";
import type { Instant } from "../core/time.ts";
import { FarEngine } from "../protocols/snmp/far-engine.ts";
import type { SecureMessage } from "../protocols/snmp/message.ts";
import { addressesOf, plainAddress } from "./host-addresses.ts";
import { sameSecret } from "./keys.ts";
import type { SnmpCredentials } from "./snmp-peer.ts";
import type { SnmpUser } from "./snmp-user.ts";

export interface OriginatorSpec {
  readonly node: NodeName;
  /** Where it is audited; its notifications may leave from any port there. */
  readonly host: string;
  /** What it is audited with proves its notifications too, and nothing else does. */
  readonly credentials: SnmpCredentials;
}

/** From one address. An audit follows at most once a second; gear that says more in one breath is heard, a storm is not read at all. */
const budget = { perSecond: 20, burstMs: 2_000, debtMs: 0 } as const;
/** One is the rule. Only who knows the secrets is remembered, so what is forgotten first was told by the gear itself. */
const mostEngines = 8;

export class Originator {
  readonly node: NodeName;
  readonly host: string;
  readonly #credentials: SnmpCredentials;
  readonly #engines: FarEngine[] = [];

  constructor({ node, host, credentials }: OriginatorSpec) {
    this.node = node;
    this.host = host;
    this.#credentials = credentials;
  }

  /** Null: it is audited with v2c, which has no users. */
  get user(): SnmpUser | null {
    return this.#credentials.version === "3" ? this.#credentials.user : null;
  }

  hasCommunity(community: Uint8Array): boolean {
    const { version } = this.#credentials;
    return version === "2c" && sameSecret(textOf(community), textOf(this.#credentials.community));
  }

  /**
   * Whether a trap that its user has opened is no old one that somebody kept (RFC 3414 3.2 7 b), and what it teaches of the sender's engine. The first
   * message of an engine is believed: at worst an audit begins that was not needed.
   */
  isInTime({ security, authenticated }: SecureMessage, now: Instant): boolean {
    if (!authenticated) return true;
    const known = this.#engines.find((engine) => engine.is(security.engineId));
    if (known === undefined) {
      if (this.#engines.length >= mostEngines) this.#engines.shift();
      this.#engines.push(new FarEngine(security, now));
      return true;
    }
    if (!known.isInTime(security, now)) return false;
    known.learn(security, now);
    return true;
  }
}

/** An address with its gear. */
export interface Source {
  readonly originators: readonly Originator[];
  readonly bucket: TokenBucket;
}

export class Originators {
  readonly #all: readonly Originator[];
  #sources: ReadonlyMap<string, Source> = new Map();

  constructor(specs: readonly OriginatorSpec[], now: Instant) {
    this.#all = specs.map((spec) => new Originator(spec));
    const known = this.#all.filter(({ host }) => isIP(host) !== 0);
    this.#become(
      known.map((one) => [plainAddress(one.host), one]),
      now,
    );
  }

  get haveNames(): boolean {
    return this.#all.some(({ host }) => isIP(host) === 0);
  }

  /** Null: nobody whom this server audits by SNMP. */
  at(address: string): Source | null {
    return this.#sources.get(plainAddress(address)) ?? null;
  }

  /** Looks names up again, one after another; a name that nobody knows just now keeps the addresses that it had. */
  async lookUp(now: () => Instant): Promise<void> {
    const found: [string, Originator][] = [];
    for (const one of this.#all) {
      const addresses = isIP(one.host) === 0 ? await addressesOf(one.host) : [one.host];
      for (const address of addresses.length > 0 ? addresses.map(plainAddress) : this.#addressesOf(one)) found.push([address, one]);
    }
    this.#become(found, now());
  }

  #addressesOf(originator: Originator): string[] {
    return [...this.#sources].flatMap(([address, { originators }]) => (originators.includes(originator) ? [address] : []));
  }

  #become(found: readonly (readonly [address: string, originator: Originator])[], now: Instant): void {
    const grouped = new Map<string, Originator[]>();
    for (const [address, one] of found) {
      const group = grouped.get(address);
      if (group === undefined) grouped.set(address, [one]);
      else if (!group.includes(one)) group.push(one);
    }
    const bucketOf = (address: string): TokenBucket => this.#sources.get(address)?.bucket ?? new TokenBucket(budget, now);
    this.#sources = new Map([...grouped].map(([address, originators]) => [address, { originators, bucket: bucketOf(address) }]));
  }
}

function textOf(octets: Uint8Array): string {
  return Buffer.from(octets).toString("latin1");
}
