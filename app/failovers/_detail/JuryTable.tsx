/** What each voter said at the verdict. Votes are numbers; SILENT and HEARD are only a reading of them. No vote is hatched, never empty. */
import type { ReportedVerdict, ReportedVote, VoteReading } from "../../../server/core/timeline/failover-report.ts";
import { type GlyphName, StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import styles from "./failover.module.css";

/** The axis of the bars; a longer silence is drawn to the end, its number stands beside it. */
const axisMs = 500;

const readings: Readonly<Record<VoteReading, { readonly glyph: GlyphName; readonly word: string }>> = {
  silent: { glyph: "note", word: "SILENT" },
  heard: { glyph: "ok", word: "HEARD" },
  "no-vote": { glyph: "unknown", word: "NO VOTE" },
};

const ms = (value: number | null): string => (value === null ? "none" : `${Math.round(value)} ms`);

/** `limitMs`: a voter that heard the primary within it counts as having heard it. */
export function JuryTable({ verdict, limitMs }: { readonly verdict: ReportedVerdict; readonly limitMs: number }) {
  return (
    <div className="table-scroll">
      <table className={styles.jury} aria-label="Votes at the verdict">
        <thead>
          <tr>
            <th scope="col">Voter</th>
            <th scope="col" className="right">
              Last heard
            </th>
            <th scope="col" className={styles.axisCell}>
              <span className={styles.axis}>
                <span>0</span>
                <span className={styles.limit} style={{ left: `${(limitMs / axisMs) * 100}%` }}>
                  limit {limitMs}
                </span>
                <span>{axisMs} ms</span>
              </span>
            </th>
            <th scope="col" className="right">
              Last command
            </th>
            <th scope="col" className="right">
              Age
            </th>
            <th scope="col">Reads as</th>
          </tr>
        </thead>
        <tbody>
          {verdict.votes.map((vote) => (
            <VoteRow key={vote.voter} vote={vote} limitMs={limitMs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function VoteRow({ vote, limitMs }: { readonly vote: ReportedVote; readonly limitMs: number }) {
  const silent = vote.titleSilentMs;
  const reading = readings[vote.reading];
  const given = vote.reading !== "no-vote";
  return (
    <tr className={given ? undefined : "ink-2"}>
      <th scope="row" className={given ? "mono medium" : "mono"}>
        {vote.voter}
      </th>
      <td className="right">{given && silent === null ? "never" : ms(silent)}</td>
      <td className={styles.axisCell}>
        <span className={styles.track}>
          {!given && <span className={styles.noVote} />}
          {given && <span className={styles.heard} style={{ width: `${Math.min(100, ((silent ?? axisMs) / axisMs) * 100)}%` }} />}
          {given && <span className={styles.limitLine} style={{ left: `${(limitMs / axisMs) * 100}%` }} />}
        </span>
      </td>
      <td className="right ink-2">{ms(vote.commandSilentMs)}</td>
      <td className="right ink-2">{vote.ageMs === null ? "" : ms(vote.ageMs)}</td>
      <td>
        <StatusGlyph name={reading.glyph} word={reading.word} size={11} tone={vote.reading === "silent" ? "ink" : undefined} />
      </td>
    </tr>
  );
}
