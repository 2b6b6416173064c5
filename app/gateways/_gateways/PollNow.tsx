"use client";
/** One audit now. It reads and changes no call, so there is no dialog; the server decides, and what was said stands below. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { PollMode } from "../../../server/core/polling/poll-event.ts";
import type { PollTranscript } from "../../../server/core/status/gear-status.ts";
import { api } from "../../_trpc/client.ts";
import { Button } from "../../_ui/Button.tsx";
import { Failure } from "../../_ui/EmptyState.tsx";
import { Transcript } from "./Transcript.tsx";

type Polled =
  | { readonly phase: "idle" }
  | { readonly phase: "asking"; readonly mode: PollMode }
  | { readonly phase: "told"; readonly transcript: PollTranscript }
  | { readonly phase: "failed"; readonly why: string };

const idle: Polled = { phase: "idle" };

function usePoll(name: string, server: string | null): readonly [Polled, (mode: PollMode) => void] {
  const [polled, setPolled] = useState<Polled>(idle);
  const queries = useQueryClient();
  // An answer that comes after another gateway was opened belongs to nobody here.
  const asked = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another gateway, or another server's eyes, begins anew
  useEffect(() => {
    asked.current += 1;
    setPolled(idle);
  }, [name, server]);
  const poll = (mode: PollMode) => {
    asked.current += 1;
    const mine = asked.current;
    setPolled({ phase: "asking", mode });
    const settle = (next: Polled) => {
      if (asked.current === mine) setPolled(next);
      queries.invalidateQueries({ queryKey: ["gear", name] }).catch(() => {});
    };
    api()
      .gateways.poll.mutate({ name, server, mode })
      .then(
        (transcript) => settle({ phase: "told", transcript }),
        (error: Error) => settle({ phase: "failed", why: error.message }),
      );
  };
  return [polled, poll];
}

export function PollNow({ name, server }: { readonly name: string; readonly server: string | null }) {
  const [polled, poll] = usePoll(name, server);
  const busy = polled.phase === "asking" ? `A ${polled.mode} audit of ${name} is under way.` : null;
  return (
    <div className="poll-now">
      <div className="poll-now-buttons">
        <Button action disabledReason={busy} onClick={() => poll("liveness")} title={`Ask ${name} whether it is there`}>
          Poll now
        </Button>
        <Button action disabledReason={busy} onClick={() => poll("full")} title={`Read every row of ${name}`}>
          Poll now, in full
        </Button>
        <span className="label ink-3" role="status">
          {busy ?? "changes no call; what was said is shown"}
        </span>
      </div>
      {polled.phase === "told" && <Transcript transcript={polled.transcript} />}
      {polled.phase === "failed" && <Failure title={`${name} was not polled.`}>{polled.why}</Failure>}
    </div>
  );
}
