"use client";
/** What was said in one audit that a person asked for: time, direction, text, bounded, to be copied. */
import type { PollTranscript } from "../../../server/core/status/gear-status.ts";
import { CopyButton } from "../../_ui/CopyButton.tsx";
import { formatCount, formatTimeMs, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { Glyph } from "../../_ui/StatusGlyph.tsx";
import { resultSentence, transcriptText } from "./transcript-text.ts";

export function Transcript({ transcript }: { readonly transcript: PollTranscript }) {
  const zone = useZone();
  const { mode, source, at, complete, exchange, leftOut } = transcript;
  return (
    <div className="transcript">
      <p className={complete ? "" : "amber"} role="status">
        <span className="status">
          <Glyph name={complete ? "pass" : "degraded"} />
          <span>
            {mode} audit by {source}, {resultSentence(transcript)}
          </span>
        </span>
      </p>
      <p className="label ink-3">
        began <span className="mono">{formatTimeMs(at, zone)}</span> {zoneName(at, zone)}; it counts like any other audit
      </p>
      {exchange.length === 0 ? (
        <p className="ink-2">Nothing was sent for it.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className="transcript-lines" tabIndex={0} aria-label="What was said">
          <ol>
            {exchange.map(({ atMs, sent, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of one finished exchange never move
              <li key={index}>
                <span className="transcript-at">
                  +{atMs.toFixed(1)} ms <span aria-hidden="true">{sent ? "→" : "←"}</span>
                  <span className="visually-hidden">{sent ? "sent" : "received"}</span>
                </span>
                <pre className={sent ? "ink" : "ink-2"}>{text.trimEnd()}</pre>
              </li>
            ))}
          </ol>
          {leftOut > 0 && <p className="ink-3">{formatCount(leftOut)} more were left out.</p>}
        </section>
      )}
      <div className="transcript-foot">
        <CopyButton what="the exchange" text={() => transcriptText(transcript)} />
        <span className="label ink-3">→ sent to the gateway, ← received; ms since the audit began</span>
      </div>
    </div>
  );
}
