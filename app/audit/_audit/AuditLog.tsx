"use client";
/** The audit log, newest first: every order and every refusal with its author, reason and outcome. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AuditEntry } from "../../../server/operations/console-view.ts";
import { api } from "../../_trpc/client.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { Age } from "../../_ui/Age.tsx";
import { Button } from "../../_ui/Button.tsx";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { EmptyState, Failure, Waiting } from "../../_ui/EmptyState.tsx";
import { formatWhen, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { Region } from "../../_ui/Region.tsx";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { Named, PageVerdict } from "../../_ui/Verdict.tsx";
import styles from "./audit.module.css";
import { actionText, auditSentence, detailParts, outcomeWords } from "./audit-words.ts";

const pageSize = 100;
/** The log changes only when somebody orders something, at this console or at the command line. */
const lookEveryMs = 3_000;

export function AuditLog() {
  const { link } = useLive();
  const [before, setBefore] = useState<number | null>(null);
  const list = useQuery({
    queryKey: ["audit", before],
    queryFn: () => api().audit.list.query({ limit: pageSize, before }),
    placeholderData: keepPreviousData,
    refetchInterval: before === null && link.phase === "live" ? lookEveryMs : false,
  });
  const columns = useColumns();
  const entries = list.data ?? [];
  const last = entries.at(-1);
  if (list.isPending) {
    return (
      <Region title="Audit log">
        <Waiting who="the audit log" waitingMs={link.waitingMs} />
      </Region>
    );
  }
  return (
    <>
      <PageVerdict sentence={list.error === null ? auditSentence(entries) : "The audit log could not be read."}>
        Every order with its author, reason and outcome, refused ones too, from this console and from the command line.
      </PageVerdict>
      <Region title="Orders" note="newest first">
        {list.error !== null && (
          <Failure title="The list could not be read." step={<Button onClick={() => void list.refetch()}>Try now</Button>}>
            {list.error.message}. {entries.length > 0 && "Shown is what was read before."}
          </Failure>
        )}
        {entries.length === 0 && list.error === null ? (
          <EmptyState title="Nothing yet.">
            Prepare an action from the menu in the header; it appears here with its reason and outcome.
          </EmptyState>
        ) : (
          <div className={styles.list}>
            <DataTable stack label="Orders" columns={columns} rows={entries} rowKey={(entry) => `${entry.id}`} />
          </div>
        )}
        <div className="table-foot">
          {before !== null && <Button onClick={() => setBefore(null)}>Newest</Button>}
          {entries.length >= pageSize && last !== undefined && <Button onClick={() => setBefore(last.id)}>Older</Button>}
        </div>
      </Region>
    </>
  );
}

function useColumns(): Column<AuditEntry>[] {
  const zone = useZone();
  const { now } = useLive();
  return [
    { key: "outcome", head: "Outcome", phone: "plain", cell: (entry) => <Outcome entry={entry} /> },
    { key: "action", head: "Action", phone: "plain", className: "medium", cell: (entry) => actionText(entry.action) },
    { key: "target", head: "Of", phone: "plain", className: "wrap", cell: (entry) => <Named text={entry.target} /> },
    {
      key: "when",
      head: `When, ${zoneName(now, zone)}`,
      phone: "line",
      cell: (entry) => (
        <>
          {formatWhen(entry.at, now, zone)} <Age className="ink-3" at={entry.at} suffix="ago" />
        </>
      ),
    },
    { key: "actor", head: "By", cell: (entry) => entry.actor },
    { key: "reason", head: "Reason", phone: "line", className: "wrap", cell: (entry) => entry.reason },
    { key: "detail", head: "What came of it", phone: "line", className: "wrap ink-2", cell: (entry) => <Detail entry={entry} /> },
  ];
}

function Detail({ entry }: { readonly entry: AuditEntry }) {
  const { said, ids } = detailParts(entry.detail);
  return (
    <>
      <Named text={said} />
      {ids !== null && <div className={`axis ink-3 mono ${styles.ids}`}>{ids}</div>}
    </>
  );
}

function Outcome({ entry }: { readonly entry: AuditEntry }) {
  const { glyph, word, more } = outcomeWords(entry);
  return (
    <>
      <StatusGlyph name={glyph} word={word} {...(glyph === "failed" ? { tone: "ink-2" as const } : {})} />
      {more !== "" && <span className="ink-3"> {more}</span>}
    </>
  );
}
