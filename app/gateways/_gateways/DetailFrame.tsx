"use client";
/** The drawer of one gateway or gear: its name, its state, why, and what the page puts under it. */
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "../../_ui/Button.tsx";
import type { StateWords } from "../../_ui/node-words.ts";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";

interface DetailFrameProps {
  readonly name: string;
  readonly state: StateWords;
  readonly summary: ReactNode;
  readonly children: ReactNode;
  readonly onClose: () => void;
}

export function DetailFrame({ name, state, summary, children, onClose }: DetailFrameProps) {
  const heading = useRef<HTMLHeadingElement>(null);

  // On narrow screens the detail stands under the table: bring it into view when another row is opened.
  useEffect(() => {
    if (name !== "" && window.matchMedia("(max-width: 1199px)").matches) heading.current?.scrollIntoView({ block: "start" });
  }, [name]);

  return (
    <aside className="drawer" aria-label={`Gateway ${name}`}>
      <div className="region">
        <div className="drawer-head">
          <h2 className="head mono page-title" ref={heading}>
            {name}
          </h2>
          <StatusGlyph name={state.glyph} word={state.word} />
          <Button kind="text" onClick={onClose}>
            Close <span className="kbd">Esc</span>
          </Button>
        </div>
        {state.reason !== null && (
          <p className={state.tone}>
            {name} {state.reason}.
          </p>
        )}
        {summary}
      </div>
      {children}
    </aside>
  );
}
