/** For tests: a SIP element on loopback that answers SUBSCRIBE as the test says, and an auditor that asks it. */
import { dialogInfoType } from "../../protocols/sip/dialog-info.ts";
import { type Header, headerOf, numberOf, type SipRequest } from "../../protocols/sip/message.ts";
import type { SipReply } from "../../protocols/sip/reply.ts";
import { systemClock } from "../../runtime/clock.ts";
import { Counters } from "../../runtime/counters.ts";
import { FaultTable } from "../../runtime/faults.ts";
import type { SipResult, SipSocket, SipSource } from "../../runtime/sip-exchange.ts";
import { openSipSocket } from "../../runtime/sip-socket.ts";
import { createSipAuditor, type SipAuditorOptions } from "../sip-audit.ts";

export interface Notification {
  /** Null: no body at all. */
  readonly body: string | null;
  readonly state?: string;
  readonly headers?: readonly Header[];
}

export interface GearScript {
  /** What SUBSCRIBE is answered; default 200. */
  answer?(subscribe: SipRequest): SipReply | null;
  /** What it is notified of, if it was accepted; null: nothing. */
  notify?(subscribe: SipRequest): Notification | null;
}

export class SipGear {
  readonly socket: SipSocket;
  readonly subscribes: SipRequest[] = [];
  readonly notified: SipResult[] = [];
  script: GearScript;
  #sequence = 0;
  readonly #tags = new Map<string, string>();

  private constructor(socket: SipSocket, script: GearScript) {
    this.socket = socket;
    this.script = script;
  }

  static async open(script: GearScript): Promise<SipGear> {
    let gear: SipGear | null = null;
    const socket = await loopbackSocket("gear", (request, from) => (gear === null ? { status: 481 } : gear.receive(request, from)));
    gear = new SipGear(socket, script);
    return gear;
  }

  receive(request: SipRequest, from: SipSource): SipReply | null {
    if (request.method !== "SUBSCRIBE") return { status: 405 };
    this.subscribes.push(request);
    const callId = headerOf(request, "Call-ID") ?? "";
    const tag = this.#tags.get(callId) ?? this.socket.newToken();
    this.#tags.set(callId, tag);
    const reply = this.script.answer === undefined ? { status: 200 } : this.script.answer(request);
    if (reply === null || reply.status >= 300) return reply;
    const notification = this.script.notify?.(request) ?? null;
    if (notification !== null) queueMicrotask(() => void this.notify(request, notification, from));
    const { address } = this.socket;
    const headers: Header[] = [
      ["Expires", headerOf(request, "Expires") ?? "0"],
      ["Contact", `<sip:gear@${address.host}:${address.port}${from.transport === "tcp" ? ";transport=tcp" : ""}>`],
    ];
    return { ...reply, headers: [...headers, ...(reply.headers ?? [])], toTag: tag };
  }

  async notify(subscribe: SipRequest, { body, state, headers = [] }: Notification, from: SipSource): Promise<SipResult> {
    this.#sequence += 1;
    const callId = headerOf(subscribe, "Call-ID") ?? "";
    const expires = numberOf(subscribe, "Expires") ?? 0;
    const contact = /<([^>]*)>/.exec(headerOf(subscribe, "Contact") ?? "")?.[1] ?? "";
    const result = await this.socket.request(
      { host: from.host, port: Number(/:(\d+)/.exec(contact.replace(/^sip:/, ""))?.[1] ?? from.port), transport: from.transport },
      {
        method: "NOTIFY",
        uri: contact,
        headers: [
          ["From", `${headerOf(subscribe, "To")?.replace(/;tag=.*/, "")};tag=${this.#tags.get(callId)}`],
          ["To", headerOf(subscribe, "From") ?? ""],
          ["Call-ID", callId],
          ["CSeq", `${this.#sequence} NOTIFY`],
          ["Event", "dialog"],
          ["User-Agent", "gear 1.0"],
          ["Subscription-State", state ?? (expires === 0 ? "terminated;reason=timeout" : `active;expires=${expires}`)],
          ...(body === null ? [] : [["Content-Type", dialogInfoType] as const]),
          ...headers,
        ],
        body: body ?? "",
      },
      { deadlineMs: 2_000 },
    );
    this.notified.push(result);
    return result;
  }
}

export function loopbackSocket(self: string, onRequest: Parameters<typeof openSipSocket>[0]["onRequest"]): Promise<SipSocket> {
  const bind = { host: "127.0.0.1", port: 0 };
  const common = { clock: systemClock(), faults: new FaultTable(), counters: new Counters(), nodes: new Map() };
  return openSipSocket({ self, bind, ...common, onRequest });
}

export async function auditorOf(gear: SipGear, options: Partial<SipAuditorOptions> = {}) {
  const socket = await loopbackSocket("cs-a", () => ({ status: 481 }));
  const { host, port } = gear.socket.address;
  const counters = new Counters();
  const auditor = createSipAuditor({
    gateway: "gw-1",
    socket,
    clock: systemClock(),
    counters,
    address: { host, port },
    transport: "udp",
    resources: [`sip:gw-1@${host}`],
    credentials: null,
    sourceName: "cs-a",
    deadlineMs: 1_000,
    standing: null,
    ...options,
  });
  return { auditor, socket, counters };
}

/** A document of Kamailio's kind. */
export function document(version: number, dialogs: readonly string[], state: "full" | "partial" = "full"): string {
  return `<?xml version="1.0"?>\n<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${state}" entity="sip:bob@h">${dialogs.join("")}</dialog-info>`;
}

export function dialogXml(id: string, state = "confirmed"): string {
  return `<dialog id="${id}" call-id="call-${id}" direction="recipient"><state>${state}</state><local><identity>sip:bob@h</identity></local></dialog>`;
}
