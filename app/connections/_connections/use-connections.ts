"use client";
/** The live list of connections for one filter, once a second; it stands still while paused or pointed at. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { ConnectionColumns } from "../../../server/operations/console-view.ts";
import { api } from "../../_trpc/client.ts";
import { emptyList, type LiveList, updateList } from "./live-rows.ts";

export interface ConnectionFilter {
  readonly gateway: string | null;
  readonly number: string | null;
  readonly phase: string | null;
}

export interface LiveConnections {
  readonly list: LiveList;
  /** What the list was last made from; null until the first answer. */
  readonly columns: ConnectionColumns | null;
  /** Applies what waits. */
  readonly catchUp: () => void;
}

/** The protocol's own bound on rows. */
const limit = 10_000;

/** `paused` keeps values and places; `held` (pointer or focus on the rows) keeps places only. */
export function useConnections({ gateway, number, phase }: ConnectionFilter, paused: boolean, held: boolean): LiveConnections {
  const [list, setList] = useState<LiveList>(emptyList);
  const [columns, setColumns] = useState<ConnectionColumns | null>(null);
  const latest = useRef<ConnectionColumns | null>(null);
  const mode = useRef({ paused, held });
  useEffect(() => {
    mode.current = { paused, held };
  }, [paused, held]);

  useEffect(() => {
    setList(emptyList);
    setColumns(null);
    latest.current = null;
    let retry: ReturnType<typeof setTimeout> | null = null;
    let stop = () => {};
    const follow = () => {
      const subscription = api().connections.subscribe(
        { gateway, number, phase, limit },
        {
          onData: (next) => {
            latest.current = next;
            const { paused: still, held: kept } = mode.current;
            setList((before) => {
              const moved = updateList(before, next, !still && !kept);
              return still && before.rows.length > 0 ? { rows: before.rows, waiting: moved.waiting } : moved;
            });
            if (!still) setColumns(next);
            else setColumns((before) => before ?? next);
          },
          onError: () => {
            retry = setTimeout(follow, 1000);
          },
        },
      );
      stop = () => subscription.unsubscribe();
    };
    follow();
    return () => {
      if (retry !== null) clearTimeout(retry);
      stop();
    };
  }, [gateway, number, phase]);

  const catchUp = useCallback(() => {
    const next = latest.current;
    if (next === null) return;
    setList((before) => updateList(before, next, true));
    setColumns(next);
  }, []);

  return { list, columns, catchUp };
}
