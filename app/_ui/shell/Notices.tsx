"use client";
/** The notices at the top of every page, one line each; nothing while there is none. */
import { usePathname } from "next/navigation";
import { useLive } from "../../_trpc/use-live.ts";
import { ActionLink } from "../Button.tsx";
import { useZone } from "../preferences.ts";
import { StatusGlyph } from "../StatusGlyph.tsx";
import { Named } from "../Verdict.tsx";
import { noticesOf } from "./notices.ts";

export function Notices() {
  const { snapshot, now } = useLive();
  const zone = useZone();
  const path = usePathname();
  const notices = snapshot === null ? [] : noticesOf(snapshot, now, zone);
  return (
    <section aria-label="In force now" className="notices" hidden={notices.length === 0}>
      {/* Told once when it begins; the sentences count down, so they are not read out each second. */}
      <p className="visually-hidden" role="status">
        {notices.map((notice) => notice.word.toLowerCase()).join(", ")}
      </p>
      <ul>
        {notices.map(({ key, glyph, word, text, actions }) => (
          <li key={key} data-notice={word}>
            <StatusGlyph name={glyph} word={word} />
            <p>
              <Named text={text} />
            </p>
            <span className="notice-actions">
              {actions
                .filter(({ href }) => href.split(/[?#]/)[0] !== path)
                .map((action) => (
                  <ActionLink key={action.href} href={action.href}>
                    {action.text}
                  </ActionLink>
                ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
