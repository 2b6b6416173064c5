"use client";
/** The width of an element in whole pixels, so that drawings are made for it instead of being scaled. */
import { type RefObject, useEffect, useRef, useState } from "react";

export function useWidth<Kind extends HTMLElement>(initial: number): readonly [RefObject<Kind | null>, number] {
  const element = useRef<Kind>(null);
  const [width, setWidth] = useState(initial);
  useEffect(() => {
    const found = element.current;
    if (found === null) return;
    const observer = new ResizeObserver((entries) => {
      const measured = Math.floor(entries[0]?.contentRect.width ?? 0);
      if (measured > 0) setWidth(measured);
    });
    observer.observe(found);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
