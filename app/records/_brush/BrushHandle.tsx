"use client";
/** One edge of the window, or all of it: a slider whose values are times, moved by arrow keys or dragged. */
import type { KeyboardEvent, PointerEvent } from "react";
import { formatWhen } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import styles from "./brush.module.css";
import type { BrushKey, BrushScale } from "./brush.ts";

interface BrushHandleProps {
  readonly name: string;
  readonly x: number;
  readonly at: number;
  readonly scale: BrushScale;
  readonly nowAt: number;
  readonly onKey: (key: BrushKey, shift: boolean) => void;
  /** Null: this one is for keys only, and invisible until it has the focus. */
  readonly onDrag: ((x: number) => void) | null;
  readonly onDrop: () => void;
}

const keys: readonly string[] = ["ArrowLeft", "ArrowRight", "Home", "End"];

export function BrushHandle({ name, x, at, scale, nowAt, onKey, onDrag, onDrop }: BrushHandleProps) {
  const zone = useZone();
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    if (!keys.includes(event.key)) return;
    event.preventDefault();
    onKey(event.key as BrushKey, event.shiftKey);
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (onDrag === null || event.buttons !== 1) return;
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
    const left = event.currentTarget.parentElement?.getBoundingClientRect().left ?? 0;
    onDrag(event.clientX - left);
  };
  return (
    <div
      className={onDrag === null ? styles.grip : styles.handle}
      style={{ left: x }}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={Math.round(scale.fromAt)}
      aria-valuemax={Math.round(scale.untilAt)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={formatWhen(at, nowAt, zone)}
      onKeyDown={press}
      onPointerDown={drag}
      onPointerMove={drag}
      onPointerUp={onDrop}
    />
  );
}
