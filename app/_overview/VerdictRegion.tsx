"use client";
/** The verdict, what needs a look, and on demand the rules and inputs behind the sentence. */
import Link from "next/link";
import { Fragment, useId, useState } from "react";
import type { Verdict } from "../../server/operations/console-view.ts";
import { Button } from "../_ui/Button.tsx";
import { Named, PageVerdict } from "../_ui/Verdict.tsx";

function lookLead(count: number): string {
  return count === 1 ? "One thing needs a look: " : `${count} things need a look: `;
}

const shown = 3;

export function VerdictRegion({ verdict }: { readonly verdict: Verdict }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const listed = verdict.look.slice(0, shown);
  return (
    <>
      <PageVerdict
        sentence={verdict.sentence}
        aside={
          <span className="why">
            <Button kind="text" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
              Why this verdict
            </Button>
          </span>
        }
      >
        {verdict.look.length === 0 ? (
          verdict.tone === "well" && "Nothing needs a look."
        ) : (
          <>
            {lookLead(verdict.look.length)}
            {listed.map((item, index) => (
              <Fragment key={item.text}>
                {index > 0 && ", "}
                <Link href={item.href}>{item.text}</Link>
              </Fragment>
            ))}
            {verdict.look.length > shown && `, and ${verdict.look.length - shown} more`}.
          </>
        )}
      </PageVerdict>
      <div id={id} hidden={!open} className="why-list">
        <ul>
          {verdict.why.map((line) => (
            <li key={line}>
              <Named text={line} />
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
