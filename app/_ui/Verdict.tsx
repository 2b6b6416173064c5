"use client";
/** The sentence that opens a page: one that a tired person can repeat on the phone. Node names in it are bold. */
import { Fragment, type ReactNode } from "react";
import { useSnapshot } from "../_trpc/use-live.ts";
import { useInstants } from "./use-instants.ts";

/** Puts each known node name of a sentence in bold, and its instants in the zone of the page. */
export function Named({ text }: { readonly text: string }) {
  const snapshot = useSnapshot();
  const readable = useInstants();
  const names = new Set<string>();
  for (const node of [...(snapshot?.servers ?? []), ...(snapshot?.gateways ?? []), ...(snapshot?.witnesses ?? [])]) names.add(node.name);
  // Split so that punctuation after a name stays outside of it; the place in the text is a part's identity.
  let offset = 0;
  return readable(text)
    .split(/([\w][\w-]*[\w])/)
    .map((part) => {
      const key = offset;
      offset += part.length + 1;
      if (!names.has(part)) return <Fragment key={key}>{part}</Fragment>;
      return (
        <b key={key} className="node-name">
          {part}
        </b>
      );
    });
}

interface VerdictProps {
  readonly sentence: ReactNode;
  readonly children?: ReactNode;
  readonly aside?: ReactNode;
}

export function PageVerdict({ sentence, children, aside }: VerdictProps) {
  return (
    <div className="verdict">
      <div>
        <h1 className="verdict-text">{typeof sentence === "string" ? <Named text={sentence} /> : sentence}</h1>
        {children !== undefined && <div className="lead">{children}</div>}
      </div>
      {aside}
    </div>
  );
}
