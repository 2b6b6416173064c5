/**
 * The asked half of digest authentication: hands out nonces, and lets a request through that proves the secret under one of them with a
 * nonce count that was not used before. Nonces are few, short-lived and forgotten oldest first.
 */
import type { Instant } from "../../core/time.ts";
import {
  type Authorization,
  type Credentials,
  type DigestFunction,
  digestAlgorithms,
  digestResponse,
  parseAuthorization,
  printChallenge,
} from "./digest.ts";
import { type Header, headersOf, type SipRequest } from "./message.ts";

export interface DigestServerOptions {
  readonly realm: string;
  readonly credentials: readonly Credentials[];
  readonly digest: DigestFunction;
  /** Unguessable. */
  readonly newNonce: () => string;
}

export type DigestVerdict =
  | { readonly kind: "known"; readonly user: string }
  /** Answer 401 with these headers. `wrong`: it proved something, but not the secret. */
  | { readonly kind: "challenge"; readonly headers: readonly Header[]; readonly wrong: boolean };

const nonceLifeMs = 300_000;
const maxNonces = 10_000;

/** Requests of one client may overtake each other by so many. */
const countWindow = 64;

interface Nonce {
  readonly until: Instant;
  /** Counts up to here are spent, and those in the set. */
  floor: number;
  readonly spent: Set<number>;
}

export class DigestServer {
  readonly #options: DigestServerOptions;
  readonly #nonces = new Map<string, Nonce>();

  constructor(options: DigestServerOptions) {
    this.#options = options;
  }

  judge(now: Instant, request: SipRequest): DigestVerdict {
    let stale = false;
    let wrong = false;
    for (const header of headersOf(request, "Authorization")) {
      const given = parseAuthorization(header);
      if (given === null || given.realm !== this.#options.realm) continue;
      if (!this.#proves(given, request)) {
        wrong = true;
        continue;
      }
      if (this.#spendNonce(now, given)) return { kind: "known", user: given.username };
      stale = true;
    }
    return { kind: "challenge", headers: this.#challenges(now, stale), wrong };
  }

  #proves(given: Authorization, request: SipRequest): boolean {
    const { credentials, digest, realm } = this.#options;
    // Clients old enough to know no qop would give a captured proof a second life.
    const known = credentials.find(({ user }) => user === given.username);
    if (known === undefined || given.count === null || given.uri !== request.uri) return false;
    const { uri, nonce, algorithm, count } = given;
    return equalInTime(given.response, digestResponse({ method: request.method, uri, realm, nonce, algorithm, count }, known, digest));
  }

  /** False: not ours, too old, or the count was used before. */
  #spendNonce(now: Instant, { nonce, count }: Authorization): boolean {
    const known = this.#nonces.get(nonce);
    if (known === undefined || count === null || now >= known.until) return false;
    const { nonceCount } = count;
    if (nonceCount <= known.floor || known.spent.has(nonceCount)) return false;
    known.spent.add(nonceCount);
    if (nonceCount - countWindow > known.floor) {
      known.floor = nonceCount - countWindow;
      for (const spent of known.spent) if (spent <= known.floor) known.spent.delete(spent);
    }
    return true;
  }

  #challenges(now: Instant, stale: boolean): Header[] {
    const nonce = this.#options.newNonce();
    this.#nonces.set(nonce, { until: now + nonceLifeMs, floor: 0, spent: new Set() });
    for (const [old, { until }] of this.#nonces) {
      if (this.#nonces.size <= maxNonces && until > now) break;
      this.#nonces.delete(old);
    }
    const { realm } = this.#options;
    return digestAlgorithms.map((algorithm) => ["WWW-Authenticate", printChallenge({ realm, nonce, opaque: null, algorithm, stale })]);
  }
}

/** Takes as long whatever the first difference is. */
function equalInTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
