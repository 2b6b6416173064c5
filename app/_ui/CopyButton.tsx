"use client";
/** Copies a text and says so for a moment; where the browser refuses, it says that. */
import { useState } from "react";
import { Button } from "./Button.tsx";

export function CopyButton({ what, text }: { readonly what: string; readonly text: () => string }) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = () => {
    const tell = (words: string) => {
      setSaid(words);
      setTimeout(() => setSaid(null), 3000);
    };
    navigator.clipboard.writeText(text()).then(
      () => tell("Copied"),
      () => tell("The browser refused"),
    );
  };
  return (
    <>
      <Button onClick={copy}>{said ?? `Copy ${what}`}</Button>
      <span className="visually-hidden" role="status">
        {said === null ? "" : `${what}: ${said}`}
      </span>
    </>
  );
}
