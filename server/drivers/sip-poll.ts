/** One one-shot poll (RFC 6665 4.4.3): SUBSCRIBE with Expires: 0, its answer, and the one NOTIFY that tells the full state. */

import type { AuditFailureKind } from "../core/polling/failure-kind.ts";
import type { Now } from "../core/time.ts";
import type { DialogInfo } from "../protocols/sip/dialog-info.ts";
import { headerOf } from "../protocols/sip/message.ts";
import type { Clock } from "../runtime/clock.ts";
import type { MessageTrace, SipSocket } from "../runtime/sip-exchange.ts";

import { documentOfNotify, type NotifiedDocument, replyToDocument } from "./sip-document.ts";
import { notifyProblem, type SipSubscribe } from "./sip-subscribe.ts";

export type PollResult =
  | {
      readonly kind: "document";
      readonly info: DialogInfo;
      readonly asked: Now;
      readonly received: Now;
      /** What the notifier calls itself. */
      readonly identity: string | null;
    }
  | { readonly kind: "failed"; readonly failureKind: AuditFailureKind; readonly sentence: string; readonly answered: boolean };

export interface PollPorts {
  readonly socket: SipSocket;
  readonly clock: Clock;
  readonly subscribe: SipSubscribe;
  readonly deadlineMs: number;
}

interface Notified {
  readonly document: NotifiedDocument;
  readonly at: Now;
  readonly identity: string | null;
}

export async function pollDialogs(
  { socket, clock, subscribe, deadlineMs }: PollPorts,
  resource: string,
  trace?: MessageTrace,
): Promise<PollResult> {
  const dialog = subscribe.newDialog(resource);
  let notified: (told: Notified | null) => void = () => undefined;
  const told = new Promise<Notified | null>((resolve) => {
    notified = resolve;
  });
  const release = socket.claim(
    dialog.callId,
    (request) => {
      const status = notifyProblem(dialog, request);
      if (status !== null) return { status };
      // Before the document is read, which takes its time with a large one.
      const at = clock.now();
      const document = documentOfNotify(request);
      notified({ document, at, identity: headerOf(request, "User-Agent") ?? headerOf(request, "Server") });
      return replyToDocument(document);
    },
    trace,
  );
  const asked = clock.now();
  const timer = setTimeout(() => notified(null), deadlineMs);
  try {
    // The NOTIFY may come before the answer, or the answer never (RFC 6665 4.1.2.4).
    const answer = subscribe.send(dialog, 0, deadlineMs, trace);
    const first = await Promise.race([answer, told]);
    // No NOTIFY in time: then the answer, which ends by the same deadline, tells why.
    const answered = first === null ? await answer : "kind" in first ? first : null;
    if (answered !== null && answered.kind !== "accepted") {
      return { kind: "failed", failureKind: answered.failureKind, sentence: answered.sentence, answered: answered.kind === "refused" };
    }
    return resultOf(await told, asked, deadlineMs);
  } finally {
    clearTimeout(timer);
    release();
  }
}

function resultOf(told: Notified | null, asked: Now, deadlineMs: number): PollResult {
  const failed = (failureKind: AuditFailureKind, sentence: string): PollResult => ({
    kind: "failed",
    failureKind,
    sentence,
    answered: true,
  });
  if (told === null) return failed("timeout", `it accepted the SUBSCRIBE, but sent no NOTIFY within ${deadlineMs} ms`);
  const { document, at, identity } = told;
  switch (document.kind) {
    case "empty":
      return failed("other", "it has nothing published, which says nothing about its calls");
    case "malformed":
      return failed("malformed", `its document cannot be read: ${document.reason}`);
    case "document":
      if (document.info.state === "partial") return failed("lies", "it told a partial state where the full one was asked for");
      return { kind: "document", info: document.info, asked, received: at, identity };
  }
}
