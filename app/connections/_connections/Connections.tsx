"use client";
/** The live list with its filters, its pause and its honest sentence. */
import { useCallback, useState } from "react";
import { useLive } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { EmptyState, Waiting } from "../../_ui/EmptyState.tsx";
import { formatAge, formatTime, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { Glyph } from "../../_ui/StatusGlyph.tsx";
import { usePageKeys } from "../../_ui/shell/use-shortcuts.ts";
import { useUrlState } from "../../_ui/use-url-state.ts";
import { PageVerdict } from "../../_ui/Verdict.tsx";
import { ConnectionDrawer } from "./ConnectionDrawer.tsx";
import { connectionsSentence, continuityWords } from "./connection-words.ts";
import { FilterBar } from "./FilterBar.tsx";
import { LiveTable } from "./LiveTable.tsx";
import { type ConnectionFilter, useConnections } from "./use-connections.ts";
import "./connections.css";

type UrlSet = ReturnType<typeof useUrlState>[1];

function useFilter(): readonly [ConnectionFilter, string | null, UrlSet] {
  const [get, set] = useUrlState();
  return [{ gateway: get("gateway"), number: get("number"), phase: get("phase") }, get("connection"), set];
}

function focusRow(key: string): void {
  document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
}

export function Connections() {
  const { snapshot, link, now } = useLive();
  const zone = useZone();
  const [filter, selected, change] = useFilter();
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const [held, setHeld] = useState(false);
  const paused = pausedAt !== null;
  const { list, columns, catchUp } = useConnections(filter, paused, held);
  const filtered = filter.gateway !== null || filter.number !== null || filter.phase !== null;

  const resume = useCallback(() => {
    setPausedAt(null);
    catchUp();
  }, [catchUp]);
  const toggle = () => (paused ? resume() : setPausedAt(now));
  const close = () => {
    change({ connection: null });
    if (selected !== null) focusRow(selected);
  };
  usePageKeys({ " ": toggle, Escape: close });
  const clear = () => change({ gateway: null, number: null, phase: null });

  return (
    <>
      <PageVerdict sentence={columns === null ? "Live connections" : connectionsSentence(columns, filtered)}>
        {columns !== null && columns.callId.length > 0 ? continuityWords(columns) : "\u00a0"}
      </PageVerdict>
      <div className="live">
        <FilterBar filter={filter} onChange={change}>
          <span role="status" className="live-paused">
            {pausedAt !== null && (
              <>
                <Glyph name="hold" tone="ink" />
                <span className="medium">PAUSED</span> {formatTime(pausedAt, zone)} {zoneName(pausedAt, zone)}
              </>
            )}
          </span>
          {list.waiting > 0 && (
            <Button kind="text" onClick={paused ? resume : catchUp}>
              {list.waiting} new
            </Button>
          )}
          <Button onClick={toggle} aria-pressed={paused}>
            {paused ? "Go on" : "Pause"} <span className="kbd">Space</span>
          </Button>
        </FilterBar>
        {columns === null && (
          <div className="region">
            <Waiting who="the list of connections" waitingMs={link.waitingMs} rows={10} />
          </div>
        )}
        {columns !== null && list.rows.length === 0 && (
          <div className="region">
            <Nothing known={columns.source !== null} filtered={filtered} calls={snapshot?.calls ?? null} onClear={clear} />
          </div>
        )}
        <div className="live-body">
          {list.rows.length > 0 && (
            <LiveTable
              rows={list.rows}
              onHold={setHeld}
              pausedAt={pausedAt}
              selected={selected}
              onOpen={(key) => change({ connection: key === selected ? null : key })}
            />
          )}
          {selected !== null && columns !== null && (
            <ConnectionDrawer row={list.rows.find((row) => row.key === selected) ?? null} pausedAt={pausedAt} onClose={close} />
          )}
        </div>
        <Foot at={columns?.at ?? null} now={now} />
      </div>
    </>
  );
}

function Foot({ at, now }: { readonly at: number | null; readonly now: number }) {
  const zone = useZone();
  return (
    <div className="table-foot live-foot">
      <span>Newest first; rows keep their place while you point at them</span>
      {at !== null && (
        <span>
          state of <span className="mono">{formatTime(at, zone)}</span>, {formatAge(now - at)} old
        </span>
      )}
      <span>
        <span className="kbd">j</span> <span className="kbd">k</span> rows, <span className="kbd">Enter</span> open,{" "}
        <span className="kbd">Space</span> pause
      </span>
    </div>
  );
}

interface NothingProps {
  readonly known: boolean;
  readonly filtered: boolean;
  readonly calls: number | null;
  readonly onClear: () => void;
}

function Nothing({ known, filtered, calls, onClear }: NothingProps) {
  if (!known)
    return (
      <EmptyState title="Nothing is known.">
        No call server answers the console. Calls that are up keep their media; their list comes back with a server.
      </EmptyState>
    );
  if (filtered) {
    return (
      <EmptyState title="No connections match." step={<Button onClick={onClear}>Drop the filters</Button>}>
        The filters leave none of {calls === null ? "the" : `the ${calls}`} calls.
      </EmptyState>
    );
  }
  return <EmptyState title="No connections.">Nobody is calling now. New calls appear here when they are dialled.</EmptyState>;
}
