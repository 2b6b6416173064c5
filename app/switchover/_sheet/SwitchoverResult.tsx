/** What came of a switchover that has settled: who, how long, which calls; measured, no longer predicted. */
import type { ReactNode } from "react";
import { formatDuration } from "../../_ui/format.ts";
import type { Outcome, Rail } from "./action-rail.ts";
import styles from "./switchover.module.css";

interface ResultProps {
  readonly rail: Rail;
  readonly outcome: Outcome;
  /** The rail, and ways to plan another one. */
  readonly children: ReactNode;
}

export function SwitchoverResult({ rail, outcome, children }: ResultProps) {
  const { interruptionMs, kept, atStake, released, by, reason } = outcome;
  return (
    <div className={styles.columns}>
      <section className={styles.left} aria-labelledby="result">
        <h2 id="result">Result</h2>
        <table className={styles.result}>
          <tbody>
            <Row name="Primary now" found={<span className="mono">{rail.to}</span>} why={rail.from === null ? "" : `${rail.from} let go`} />
            <Row
              name="Interruption of control"
              found={interruptionMs === null ? "not known" : formatDuration(interruptionMs)}
              why="measured, last keepalive to last call adopted; media was not touched"
            />
            <Row name="Calls kept" found={`${kept} of ${atStake}`} why="adopted by the new primary" />
            <Row name="Calls released" found={`${released}`} why={released === 0 ? "none" : "could not be kept"} />
            <Row name="Asked for by" found={by ?? "unknown"} why={reason ?? ""} />
          </tbody>
        </table>
      </section>
      <div className={styles.right}>{children}</div>
    </div>
  );
}

function Row({ name, found, why }: { readonly name: string; readonly found: ReactNode; readonly why: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="medium">{found}</td>
      <td className="ink-3">{why}</td>
    </tr>
  );
}
