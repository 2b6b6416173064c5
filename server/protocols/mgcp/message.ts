/**
 * MGCP messages (RFC 3435) as plain values. A parameter that was absent is undefined; one that was present and empty is an empty
 * text or list, because an audit tells the two apart.
 */
import type { ConnectionParameters } from "./connection-parameters.ts";
import type { EventSpec } from "./event-list.ts";
import type { LocalOptions } from "./local-options.ts";

export const verbs = ["EPCF", "CRCX", "MDCX", "DLCX", "RQNT", "NTFY", "AUEP", "AUCX", "RSIP"] as const;
export type Verb = (typeof verbs)[number];

export type TransactionId = number;
export const maxTransactionId = 999_999_999;

/** Bounds on what is accepted; RFC 3435 3.5.4 asks for at least 4000 octets a datagram. */
export const limits = {
  datagramOctets: 4000,
  /** Kept free in a datagram for the first line and the signature. */
  headOctets: 300,
  messages: 16,
  lines: 450,
  parameters: 410,
  bodies: 2,
  listed: 400,
} as const;

export interface ReasonCode {
  readonly code: number;
  readonly text: string;
}

/** Ids `first` to `last`, both included. */
export interface IdRange {
  readonly first: TransactionId;
  readonly last: TransactionId;
}

export interface Parameters {
  /** K */
  readonly confirmed?: readonly IdRange[];
  /** B */
  readonly bearer?: string;
  /** C */
  readonly callId?: string;
  /** I, over all its lines */
  readonly connectionIds?: readonly string[];
  /** I2 */
  readonly secondConnectionId?: string;
  /** N */
  readonly notifiedEntity?: string;
  /** X */
  readonly requestId?: string;
  /** L */
  readonly localOptions?: LocalOptions;
  /** M, lower case */
  readonly mode?: string;
  /** R */
  readonly requestedEvents?: readonly EventSpec[];
  /** S */
  readonly signals?: readonly EventSpec[];
  /** D */
  readonly digitMap?: string;
  /** O */
  readonly observedEvents?: readonly EventSpec[];
  /** P */
  readonly connectionParameters?: ConnectionParameters;
  /** E */
  readonly reasonCode?: ReasonCode;
  /** Z, over all its lines */
  readonly specificEndpoints?: readonly string[];
  /** Z2 */
  readonly secondEndpoint?: string;
  /** F, upper case */
  readonly requestedInfo?: readonly string[];
  /** Q, lower case */
  readonly quarantine?: readonly string[];
  /** T */
  readonly detectEvents?: readonly EventSpec[];
  /** ES */
  readonly eventStates?: readonly EventSpec[];
  /** RM, lower case */
  readonly restartMethod?: string;
  /** RD, seconds */
  readonly restartDelay?: number;
  /** A, one element a line */
  readonly capabilities?: readonly string[];
  /** PL */
  readonly packages?: readonly string[];
  /** MD */
  readonly maxDatagram?: number;
  /** X-Event-Age: ms between the oldest event of this notification and this transmission of it. */
  readonly eventAgeMs?: number;
  /** Everything else, extensions included: [name, value] as written. */
  readonly others?: readonly (readonly [string, string])[];
}

export interface Command {
  readonly kind: "command";
  readonly verb: Verb;
  readonly transactionId: TransactionId;
  /** `local@domain`, as written. */
  readonly endpoint: string;
  /** What follows `MGCP 1.0`, for example `NCS 1.0`; empty for plain MGCP. */
  readonly profile: string;
  readonly parameters: Parameters;
  /** Session descriptions as text; a command has at most one. */
  readonly bodies: readonly string[];
}

export interface Response {
  readonly kind: "response";
  readonly code: number;
  readonly transactionId: TransactionId;
  /** Package of a package-specific code 8xx; null otherwise. */
  readonly package: string | null;
  readonly comment: string;
  readonly parameters: Parameters;
  readonly bodies: readonly string[];
}

export type Message = Command | Response;

/** Why a message was not understood, with the return code that it deserves (commands only). */
export interface Malformed {
  readonly ok: false;
  readonly code: number;
  readonly transactionId: TransactionId | null;
  readonly reason: string;
}

export interface Decoded {
  readonly ok: true;
  readonly message: Message;
  /** The message exactly as received, without the piggyback separator: what the MAC is over. */
  readonly raw: string;
}
