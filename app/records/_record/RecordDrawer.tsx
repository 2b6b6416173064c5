"use client";
/** Everything that one record knows: each instant with its source and error, both legs, media, cause, and who was in control. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import type { CallRecord, RecordedInstant, RecordedParty } from "../../../server/core/calls/call-record.ts";
import { api } from "../../_trpc/client.ts";
import { Button } from "../../_ui/Button.tsx";
import { CopyButton } from "../../_ui/CopyButton.tsx";
import { Failure, Waiting } from "../../_ui/EmptyState.tsx";
import { formatCount, formatDate, formatDuration, formatTimeMs, zoneName } from "../../_ui/format.ts";
import { Pair } from "../../_ui/Pair.tsx";
import { useZone } from "../../_ui/preferences.ts";
import { causeName } from "./cause.ts";
import styles from "./drawer.module.css";
import { errorText, numberText, originReasons, originWords, qosText, recordSentence, releasedByText, sourceText } from "./record-words.ts";

interface RecordDrawerProps {
  readonly callId: string;
  /** The record where the page already has it. */
  readonly known: CallRecord | null;
  readonly onClose: () => void;
}

export function RecordDrawer({ callId, known, onClose }: RecordDrawerProps) {
  const asked = useQuery({
    queryKey: ["record", callId],
    queryFn: () => api().records.get.query({ callId }),
    enabled: known === null,
    staleTime: 60_000,
  });
  const record = known ?? asked.data ?? null;
  useEscape(onClose);
  return (
    <aside className={styles.drawer} aria-label={`Call ${callId.slice(0, 8)}`}>
      <div className={styles.head}>
        <h2>
          Call <span className="mono">{callId.slice(0, 8)}</span>
        </h2>
        <Button kind="text" onClick={onClose}>
          Close <span className="kbd">Esc</span>
        </Button>
      </div>
      {record !== null ? (
        <Details record={record} />
      ) : asked.isError ? (
        <Failure title="The record could not be read.">{asked.error.message}</Failure>
      ) : (
        <Waiting who="the record" waitingMs={0} rows={6} />
      )}
    </aside>
  );
}

/** Esc closes from anywhere on the page and gives the focus back to the row. */
function useEscape(onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const row = document.querySelector<HTMLElement>('tr[aria-selected="true"]');
      close.current();
      row?.focus();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

function Details({ record }: { readonly record: CallRecord }) {
  const zone = useZone();
  return (
    <>
      <p className={styles.sentence}>{recordSentence(record, formatDuration(record.durationMs))}</p>
      <Group title={`Instants, ${zoneName(record.start.at, zone)}`}>
        <Instant name="Start" instant={record.start} />
        <Instant name="Answer" instant={record.answer} />
        <Instant name="End" instant={record.end} />
        <Pair name="Length">
          <span className="medium">{(record.durationMs / 1000).toFixed(3)} s</span>{" "}
          <span className="ink-3">± {errorText(record.durationErrorMs)}</span>
        </Pair>
      </Group>
      <Group title="End">
        <Pair name="Outcome">{record.outcome}</Pair>
        <Pair name="Cause">{causeName(record.cause)}</Pair>
        <Pair name="Released by">{releasedByText(record.releasedBy)}</Pair>
      </Group>
      <Party title="Calling" party={record.calling} />
      <Party title="Called" party={record.called} dialled={record.dialled} />
      <Group title="Media">
        <Pair name="Carries">{record.carries ?? "not reported"}</Pair>
        <Pair name="Codec">{record.codec ?? "not reported"}</Pair>
        <Pair name="QoS">{qosText(record.qos)}</Pair>
      </Group>
      <Group title="Record">
        <Pair name="Origin">
          {originWords[record.origin]} <span className="ink-3">{originReasons[record.origin]}</span>
        </Pair>
        <Pair name="Control">
          <span className="mono">{record.epochs.map((epoch) => `${epoch.number}@${epoch.server}`).join(" → ") || "none"}</span>
        </Pair>
        <Pair name="Written">
          by {record.writtenBy}, {formatTimeMs(record.writtenAt, zone)}
        </Pair>
        <Pair name="Call id">
          <span className={`mono ${styles.id}`}>{record.callId}</span>
        </Pair>
      </Group>
      <div className={styles.acts}>
        <CopyButton what="JSON" text={() => JSON.stringify(record, null, 2)} />
      </div>
    </>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function Instant({ name, instant }: { readonly name: string; readonly instant: RecordedInstant }) {
  const zone = useZone();
  return (
    <Pair name={name}>
      <span className="mono" title={formatDate(instant.at, zone)}>
        {formatTimeMs(instant.at, zone)}
      </span>{" "}
      <span className="ink-3">{sourceText(instant)}</span>
    </Pair>
  );
}

function Party({
  title,
  party,
  dialled = null,
}: {
  readonly title: string;
  readonly party: RecordedParty;
  readonly dialled?: string | null;
}) {
  const media = party.media;
  return (
    <Group title={title}>
      <Pair name="Number">
        <span className="mono">{numberText(party.number)}</span>
        {dialled !== null && dialled !== party.number && <span className="ink-3"> dialled {dialled}</span>}
      </Pair>
      <Pair name="Device">
        <span className="mono">{party.endpoint ?? "not known"}</span> <span className="ink-3">on {party.gateway ?? "no gateway"}</span>
      </Pair>
      <Pair name="Address">
        <span className="mono">{party.address ?? "not reported"}</span>
      </Pair>
      <Pair name="RTP">
        {media === null ? (
          "not reported"
        ) : (
          <>
            {media.packetsReceived === null ? "received not counted" : `${formatCount(media.packetsReceived)} received`},{" "}
            {media.packetsSent === null ? "sent not counted" : `${formatCount(media.packetsSent)} sent`},{" "}
            {media.packetsLost === null ? "loss not measured" : `${formatCount(media.packetsLost)} lost`}
            {media.jitterMs !== null && `, jitter ${media.jitterMs.toFixed(1)} ms`}
            {media.longestSilenceMs !== null && `, longest silence ${Math.round(media.longestSilenceMs)} ms`}
            {media.modelled && <span className="ink-3"> modelled, no real stream</span>}
          </>
        )}
      </Pair>
    </Group>
  );
}
