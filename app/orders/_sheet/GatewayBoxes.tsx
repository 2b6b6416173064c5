"use client";
/** Some of the gateways, each with its owner and calls, so that one knows what one moves. */
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import styles from "./order.module.css";

interface BoxesProps {
  readonly snapshot: ConsoleSnapshot;
  readonly names: readonly string[];
  readonly chosen: readonly string[];
  readonly onChoose: (names: readonly string[]) => void;
}

export function GatewayBoxes({ snapshot, names, chosen, onChoose }: BoxesProps) {
  const toggle = (name: string) => onChoose(names.filter((one) => (one === name ? !chosen.includes(one) : chosen.includes(one))));
  return (
    <fieldset className={styles.boxes}>
      <legend>
        Gateways, {chosen.length} of {names.length} chosen
      </legend>
      {names.map((name) => {
        const gateway = snapshot.gateways.find((one) => one.name === name);
        return (
          <label key={name}>
            <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} />
            <span className="mono">{name}</span>
            <span className="ink-3">
              {gateway?.owner ?? "no owner"}, {gateway?.health?.reported ?? "unknown"} connections
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
