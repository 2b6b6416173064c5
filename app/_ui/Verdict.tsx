"use client";
/** The sentence that opens a page: one that a tired person can repeat on the phone. Node names in it are bold. */
import { Fragment, type ReactNode } from "react";
import { useSnapshot } from "../_trpc/use-live.ts";

/** Puts each known node name of a sentence in bold. */
export function Named({ text }: { readonly text: string }) {
  const snapshot = useSnapshot();
  const names = new Set<string>();
  for (const node of [...(snapshot?.servers ?? []), ...(snapshot?.gateways ?? []), ...(snapshot?.witnesses ?? [])]) names.add(node.name);
  // Split so that punctuation after a name stays outside of it.
  return text.split(/([\w][\w-]*[\w])/).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence have no other identity
    names.has(part) ? (
      <b key={index} className="node-name">
        {part}
      </b>
    ) : (
      <Fragment key={index}>{part}</Fragment>
    ),
  );
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
