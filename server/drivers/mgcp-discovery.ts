/**
 * What gear of others can do over MGCP, found out at first contact by questions that change nothing, from the most common to the rarest:
 * AUEP, AUEP with F:, wildcards, two messages in one datagram, AUCX of a connection, and, only where this server may command, an MDCX that
 * changes nothing. One at a time: an answer without a transaction id can then be told whose it is.
 */
import type { MgcpCapability } from "../protocols/mgcp/capability.ts";
import { unknownCapability } from "../protocols/mgcp/capability.ts";
import { command } from "../protocols/mgcp/encode.ts";
import { effectiveCode, isSuccess } from "../protocols/mgcp/return-code.ts";
import type { AuditOptions } from "./auditor.ts";
import { type ForeignConnection, type ForeignGear, probe } from "./foreign-mgcp.ts";
import type { CommandAuthority } from "./gateway-driver.ts";

/** Silence is an answer here, and must not be waited for as long as usual. */
const silenceMs = 1_500;
const unknownCommand = 504;

export interface Discovery {
  /** Names that are tried in turn until one is answered: the first endpoint of the site's plan, as a rule. */
  readonly endpoint: string;
  /** A connection that is there, where one is known from elsewhere. */
  readonly connection: ForeignConnection | null;
  /** Under which the MDCX is sent; null = it is not. */
  readonly authority: CommandAuthority | null;
}

export async function discoverMgcp(gear: ForeignGear, discovery: Discovery, options: AuditOptions = {}): Promise<MgcpCapability> {
  const { endpoint } = discovery;
  const { onExchange } = options;
  const ask = (asked: ReturnType<typeof command>, together = false) =>
    gear.asker.ask(asked, { onExchange, deadlineMs: silenceMs, together });

  const ping = await ask(command("AUEP", endpoint, {}));
  if (ping.kind !== "response") return unknownCapability;
  const told = await ask(command("AUEP", endpoint, { requestedInfo: ["I", "N"] }));
  const { connectionIds, notifiedEntity } = told.kind === "response" ? told.response.parameters : {};
  const auep = connectionIds === undefined && notifiedEntity === undefined ? "ping" : "full";

  const wildcard = await ask(command("AUEP", `*@${gear.naming.name}`, {}));
  const wildcardAudit =
    wildcard.kind === "response"
      ? isSuccess(wildcard.response.code) && (wildcard.response.parameters.specificEndpoints?.length ?? 0) > 0
      : false;

  const pair = await Promise.all([ask(command("AUEP", endpoint, {}), true), ask(command("AUEP", endpoint, {}), true)]);
  // The second one is answered in any case: as part of the shared datagram, or once it was sent again on its own.
  const piggyback = pair.every((result) => result.kind === "response")
    ? pair.every((result) => result.kind === "response" && result.attempts === 1)
    : null;

  const listed = connectionIds?.[0];
  const named = listed === undefined ? discovery.connection : { endpoint, connectionId: listed };
  let aucx: boolean | null = null;
  if (named !== null) {
    const audited = await ask(command("AUCX", named.endpoint, { connectionIds: [named.connectionId], requestedInfo: ["C"] }));
    aucx = audited.kind === "response" && effectiveCode(audited.response.code) !== unknownCommand;
  }
  return { ...unknownCapability, auep, wildcardAudit, piggyback, aucx, probe: await probing(gear, discovery, options) };
}

async function probing(gear: ForeignGear, { connection, authority }: Discovery, options: AuditOptions): Promise<MgcpCapability["probe"]> {
  if (connection === null || authority === null || options.mayCommand?.() !== true) return null;
  const permit = () => authority.permit() && options.mayCommand?.() === true;
  const result = await probe(gear, connection, { ...authority, permit, onExchange: options.onExchange });
  if (result.kind === "silent") return result.notSent ? null : "none";
  // What is not there says as much as what is: the question was understood.
  return result.kind === "refused" ? "none" : "mdcx";
}
