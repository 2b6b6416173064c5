/**
 * Digest authentication (RFC 7616 as SIP uses it, RFC 8760): SHA-256 and MD5, `qop=auth`, and RFC 2069's form for servers that offer no qop.
 * The digest itself is the platform's and enters as an argument.
 */
import { parametersOf, quoted, splitUnquoted } from "./parameters.ts";

/** Best first. */
export const digestAlgorithms = ["SHA-256", "MD5"] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

/** Hexadecimal, in small letters, of the digest of the text as UTF-8. */
export type DigestFunction = (algorithm: DigestAlgorithm, text: string) => string;

export interface Credentials {
  readonly user: string;
  readonly secret: string;
}

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  readonly algorithm: DigestAlgorithm;
  /** False: the server is older than qop. */
  readonly qopAuth: boolean;
  readonly stale: boolean;
}

const longestValue = 512;

/** Null for other schemes, for algorithms and protections that are not known, and for what is no challenge. */
export function parseChallenge(header: string): Challenge | null {
  const parameters = digestParameters(header);
  const realm = parameters?.get("realm");
  const nonce = parameters?.get("nonce");
  if (parameters === null || realm === undefined || nonce === undefined || nonce.length > longestValue) return null;
  const algorithm = algorithmOf(parameters.get("algorithm"));
  const qop = parameters.get("qop");
  const qopAuth = qop?.split(",").some((one) => one.trim().toLowerCase() === "auth") ?? false;
  if (algorithm === null || (qop !== undefined && !qopAuth)) return null;
  const stale = parameters.get("stale")?.toLowerCase() === "true";
  return { realm, nonce, opaque: parameters.get("opaque") ?? null, algorithm, qopAuth, stale };
}

function digestParameters(header: string): ReadonlyMap<string, string> | null {
  const match = /^Digest\s+(.*)$/is.exec(header.trim());
  return match === null ? null : parametersOf(splitUnquoted(match[1] as string, ","));
}

function algorithmOf(text: string | undefined): DigestAlgorithm | null {
  if (text === undefined) return "MD5";
  return digestAlgorithms.find((algorithm) => algorithm === text.toUpperCase()) ?? null;
}

/** RFC 8760 2.4: of several challenges the best algorithm counts. */
export function bestChallenge(headers: readonly string[]): Challenge | null {
  const challenges = headers.map(parseChallenge).filter((one) => one !== null);
  for (const algorithm of digestAlgorithms) {
    const found = challenges.find((one) => one.algorithm === algorithm);
    if (found !== undefined) return found;
  }
  return null;
}

export interface Authorization {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly opaque: string | null;
  /** Null where no qop is used. */
  readonly count: { readonly nonceCount: number; readonly clientNonce: string } | null;
}

export function parseAuthorization(header: string): Authorization | null {
  const parameters = digestParameters(header);
  if (parameters === null) return null;
  const [username, realm, nonce, uri, response] = ["username", "realm", "nonce", "uri", "response"].map((name) => parameters.get(name));
  const algorithm = algorithmOf(parameters.get("algorithm"));
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined) return null;
  if (response === undefined || algorithm === null || !/^[0-9a-f]{32,64}$/i.test(response) || nonce.length > longestValue) return null;
  const qop = parameters.get("qop")?.toLowerCase();
  const common = { username, realm, nonce, uri, response: response.toLowerCase(), algorithm, opaque: parameters.get("opaque") ?? null };
  if (qop === undefined) return { ...common, count: null };
  const nonceCount = parameters.get("nc");
  const clientNonce = parameters.get("cnonce");
  if (qop !== "auth" || clientNonce === undefined || nonceCount === undefined || !/^[0-9a-f]{8}$/i.test(nonceCount)) return null;
  return { ...common, count: { nonceCount: Number.parseInt(nonceCount, 16), clientNonce } };
}

/** What is proved: that whoever sends this method to this URI knows the secret. */
export interface Proof {
  readonly method: string;
  readonly uri: string;
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  readonly count: { readonly nonceCount: number; readonly clientNonce: string } | null;
}

function countText(nonceCount: number): string {
  return nonceCount.toString(16).padStart(8, "0");
}

/** RFC 7616 3.4.1. */
export function digestResponse(proof: Proof, { user, secret }: Credentials, digest: DigestFunction): string {
  const { algorithm, count, nonce } = proof;
  const a1 = digest(algorithm, `${user}:${proof.realm}:${secret}`);
  const a2 = digest(algorithm, `${proof.method}:${proof.uri}`);
  if (count === null) return digest(algorithm, `${a1}:${nonce}:${a2}`);
  return digest(algorithm, `${a1}:${nonce}:${countText(count.nonceCount)}:${count.clientNonce}:auth:${a2}`);
}

/** The value of Authorization or Proxy-Authorization. */
export function printAuthorization(proof: Proof, credentials: Credentials, opaque: string | null, digest: DigestFunction): string {
  const parts = [
    `username=${quoted(credentials.user)}`,
    `realm=${quoted(proof.realm)}`,
    `nonce=${quoted(proof.nonce)}`,
    `uri=${quoted(proof.uri)}`,
    `response="${digestResponse(proof, credentials, digest)}"`,
    `algorithm=${proof.algorithm}`,
  ];
  if (opaque !== null) parts.push(`opaque=${quoted(opaque)}`);
  if (proof.count !== null) {
    parts.push("qop=auth", `nc=${countText(proof.count.nonceCount)}`, `cnonce=${quoted(proof.count.clientNonce)}`);
  }
  return `Digest ${parts.join(", ")}`;
}

export function printChallenge(challenge: Omit<Challenge, "qopAuth">): string {
  const { realm, nonce, algorithm, stale } = challenge;
  return `Digest realm=${quoted(realm)}, nonce=${quoted(nonce)}, algorithm=${algorithm}, qop="auth"${stale ? ", stale=true" : ""}`;
}
