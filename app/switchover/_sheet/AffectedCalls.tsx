/** Who is affected: calls by what becomes of them. */
import type { ReactNode } from "react";
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import styles from "./switchover.module.css";

export function AffectedCalls({ effect }: { readonly effect: SwitchoverPlan["effect"] }) {
  return (
    <section aria-labelledby="affected">
      <h2 id="affected">Who is affected</h2>
      <table className={styles.affected}>
        <tbody>
          <Row name="Talking" count={effect.talking} fate="kept" why="media runs on, state is adopted" />
          <Row name="Ringing" count={effect.ringing} fate="kept" why="the gateway’s state is enough" />
          <Row
            name="Being set up"
            count={effect.settingUp}
            fate={effect.settingUp > 0 ? <span className="amber">may be released</span> : "none"}
            why="caller hears reorder, may redial"
          />
          <Row
            name="Not known"
            count={effect.unknown}
            fate={
              effect.unknown > 0 ? (
                <span className="status">
                  <span className="swatch" aria-hidden="true" />
                  unknown
                </span>
              ) : (
                "none"
              )
            }
            why="where no audit was complete"
          />
        </tbody>
      </table>
    </section>
  );
}

function Row({
  name,
  count,
  fate,
  why,
}: {
  readonly name: string;
  readonly count: number;
  readonly fate: ReactNode;
  readonly why: string;
}) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="right medium">{count}</td>
      <td className="ink-2">{fate}</td>
      <td className="ink-3">{why}</td>
    </tr>
  );
}
