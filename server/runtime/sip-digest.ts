/** What digest authentication needs of the platform: the digests, and numbers that nobody can guess. */
import { createHash, randomBytes } from "node:crypto";
import type { DigestFunction } from "../protocols/sip/digest.ts";

export const sipDigest: DigestFunction = (algorithm, text) => {
  return createHash(algorithm === "MD5" ? "md5" : "sha256")
    .update(text, "utf8")
    .digest("hex");
};

export function newNonce(): string {
  return randomBytes(18).toString("base64url");
}
