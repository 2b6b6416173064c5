"use client";
/** The window of the brush: from the address, or as it is being dragged; and every way to change it. */
import { type PointerEvent, useRef, useState } from "react";
import type { RecordQuery } from "../../../server/operations/console-view.ts";
import { readAddress } from "../_query/record-url.ts";
import { type BrushKey, type BrushScale, type BrushWindow, moveEdge, moveWindow, windowBetween, xAt } from "./brush.ts";

export interface BrushState {
  /** Null: the whole time. */
  readonly window: BrushWindow | null;
  readonly onPoint: (event: PointerEvent<HTMLDivElement>) => void;
  readonly onDrop: () => void;
  readonly onCancel: () => void;
  readonly dragEdge: (edge: "from" | "to", x: number) => void;
  readonly keyEdge: (edge: "from" | "to", key: BrushKey, shift: boolean) => void;
  readonly keyWindow: (key: BrushKey, shift: boolean) => void;
}

export function useBrushWindow(query: RecordQuery, scale: BrushScale, onQuery: (query: RecordQuery) => void): BrushState {
  const [drag, setDrag] = useState<BrushWindow | null>(null);
  const startX = useRef(0);
  const chosen = windowOf(query, scale);
  // From the address, not from the last rendering: keys may come faster than React renders.
  const current = (): BrushWindow | null => windowOf(readAddress(new URLSearchParams(globalThis.location.search)).query, scale);
  const apply = (next: BrushWindow) => onQuery({ ...query, from: Math.round(next.from), to: Math.round(next.to) });
  return {
    window: drag ?? chosen,
    onPoint: (event) => {
      const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
      if (event.type === "pointerdown") {
        event.currentTarget.setPointerCapture(event.pointerId);
        startX.current = x;
        setDrag(windowBetween(scale, x, x));
      } else if (drag !== null) setDrag(windowBetween(scale, startX.current, x));
    },
    onDrop: () => {
      if (drag !== null) apply(drag);
      setDrag(null);
    },
    onCancel: () => setDrag(null),
    dragEdge: (edge, x) => {
      if (chosen !== null) setDrag(windowBetween(scale, xAt(scale, edge === "from" ? chosen.to : chosen.from), x));
    },
    keyEdge: (edge, key, shift) => {
      const window = current();
      if (window !== null) apply(moveEdge(scale, window, edge, key, shift));
    },
    keyWindow: (key, shift) => {
      const window = current();
      apply(window === null ? firstWindow(scale) : moveWindow(scale, window, key, shift));
    },
  };
}

function windowOf(query: RecordQuery, scale: BrushScale): BrushWindow | null {
  if (query.from === null && query.to === null) return null;
  return { from: query.from ?? scale.fromAt, to: query.to ?? scale.untilAt };
}

/** The newest tenth, for whoever begins with the keyboard. */
function firstWindow(scale: BrushScale): BrushWindow {
  return windowBetween(scale, scale.width * 0.9, scale.width);
}
