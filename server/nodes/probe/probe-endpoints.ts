/**
 * Which MGCP endpoints there are: under which domain the first one is known, and how far they are numbered. Asked by AUEP without content, which
 * changes nothing: twice as far while there is one, then halves.
 */

import type { MgcpAsker } from "../../drivers/mgcp-asker.ts";
import { command } from "../../protocols/mgcp/encode.ts";
import { isSuccess } from "../../protocols/mgcp/return-code.ts";

/** More are not looked for: a probe is to be short. */
export const mostEndpoints = 1_024;

export type FoundEndpoints =
  | { readonly kind: "found"; readonly domain: string; readonly count: number; readonly base: 10 | 16 }
  /** It answers, and knows no such endpoint. */
  | { readonly kind: "unknown"; readonly code: number; readonly comment: string }
  | { readonly kind: "silent"; readonly nobody: boolean };

export interface WantedEndpoints {
  readonly prefix: string;
  readonly domains: readonly string[];
  /** The number that is asked for first. */
  readonly first: number;
}

export async function findEndpoints(asker: MgcpAsker, { prefix, domains, first }: WantedEndpoints): Promise<FoundEndpoints> {
  // At once: some gear is silent where it does not know the domain, and that must not cost the time of all.
  const answers = await Promise.all(
    domains.map(async (domain) => ({ domain, answer: await asker.ask(command("AUEP", `${prefix}${first}@${domain}`, {})) })),
  );
  let refused: FoundEndpoints | null = null;
  for (const { domain, answer } of answers) {
    if (answer.kind !== "response") continue;
    const { code, comment } = answer.response;
    if (isSuccess(code)) return { kind: "found", domain, ...(await numbered(asker, prefix, domain, first)) };
    refused ??= { kind: "unknown", code, comment };
  }
  return refused ?? { kind: "silent", nobody: answers.some(({ answer }) => answer.kind === "unreachable") };
}

async function numbered(
  asker: MgcpAsker,
  prefix: string,
  domain: string,
  first: number,
): Promise<{ readonly count: number; readonly base: 10 | 16 }> {
  const isThere: IsThere = async (number) => {
    const answer = await asker.ask(command("AUEP", `${prefix}${number}@${domain}`, {}));
    return answer.kind === "response" && isSuccess(answer.response.code);
  };
  // osmo-mgw numbers its endpoints in hexadecimal: the tenth is `a`.
  const base = (await isThere("a")) ? 16 : 10;
  return { base, count: await countFrom(isThere, base === 16 ? Number.parseInt(String(first), 16) : first, base) };
}

type IsThere = (number: string) => Promise<boolean>;

async function countFrom(isThere: IsThere, first: number, base: 10 | 16): Promise<number> {
  let there = first;
  let beyond = first * 2;
  while (beyond <= mostEndpoints && (await isThere(beyond.toString(base)))) {
    there = beyond;
    beyond *= 2;
  }
  if (beyond > mostEndpoints) beyond = mostEndpoints + 1;
  while (beyond - there > 1) {
    const middle = (there + beyond) >> 1;
    if (await isThere(middle.toString(base))) there = middle;
    else beyond = middle;
  }
  return there;
}
