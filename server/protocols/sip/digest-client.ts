/**
 * The asking half of digest authentication: remembers the challenge of one server, so that further requests prove themselves at once,
 * each under the next nonce count.
 */
import { bestChallenge, type Challenge, type Credentials, type DigestFunction, type Proof, printAuthorization } from "./digest.ts";
import { type Header, headersOf, type SipResponse } from "./message.ts";

export class DigestClient {
  readonly #credentials: Credentials;
  readonly #digest: DigestFunction;
  #challenge: Challenge | null = null;
  /** A proxy asks for itself (407), a server for itself (401). */
  #proxy = false;
  #nonceCount = 0;

  constructor(credentials: Credentials, digest: DigestFunction) {
    this.#credentials = credentials;
    this.#digest = digest;
  }

  /** The header that proves this request; null before the first challenge. */
  authorize(method: string, uri: string, clientNonce: string): Header | null {
    const challenge = this.#challenge;
    if (challenge === null) return null;
    const { realm, nonce, algorithm, opaque } = challenge;
    this.#nonceCount += 1;
    const count = challenge.qopAuth ? { nonceCount: this.#nonceCount, clientNonce } : null;
    const proof: Proof = { method, uri, realm, nonce, algorithm, count };
    const value = printAuthorization(proof, this.#credentials, opaque, this.#digest);
    return [this.#proxy ? "Proxy-Authorization" : "Authorization", value];
  }

  /** Takes up a 401 or 407. False: it holds no challenge that can be answered. Whoever asks again does so once: a second refusal stands. */
  take(response: SipResponse): boolean {
    const proxy = response.status === 407;
    const challenge = bestChallenge(headersOf(response, proxy ? "Proxy-Authenticate" : "WWW-Authenticate"));
    if (challenge === null) return false;
    if (this.#challenge?.nonce !== challenge.nonce) this.#nonceCount = 0;
    this.#challenge = challenge;
    this.#proxy = proxy;
    return true;
  }
}
