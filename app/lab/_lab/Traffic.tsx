"use client";
/** How many calls the generator keeps up, and what came of those it offered. */
import { useState } from "react";
import type { LabStatus } from "../../../server/core/status/lab-status.ts";
import { Button } from "../../_ui/Button.tsx";
import { formatCount } from "../../_ui/format.ts";
import { Facts, Region } from "../../_ui/Region.tsx";
import styles from "./lab.module.css";
import { mostCalls, parseCalls } from "./lab-words.ts";
import type { LabDoor } from "./use-lab.ts";

export function Traffic({ door, lab }: { readonly door: LabDoor; readonly lab: LabStatus }) {
  const { traffic } = lab;
  const [value, setValue] = useState<string | null>(null);
  const shown = value ?? `${traffic.targetCalls}`;
  const calls = parseCalls(shown);
  const objection = door.objection ?? (calls === null ? `Needs a whole number from 0 to ${formatCount(mostCalls)}.` : null);
  const set = (wanted: number) => {
    door.traffic(wanted);
    setValue(null);
  };
  return (
    <Region title="Traffic" note={`Poisson arrivals, log-normal holding times, seed ${traffic.seed}`}>
      <Facts
        items={[
          { label: "Target", value: `${formatCount(traffic.targetCalls)} calls` },
          { label: "Active", value: `${formatCount(traffic.activeCalls)} calls` },
          { label: "Offered since start", value: formatCount(traffic.offered) },
          { label: "Answered", value: formatCount(traffic.answered) },
          { label: "Failed", value: formatCount(traffic.failed) },
        ]}
      />
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (objection === null && calls !== null) set(calls);
        }}
      >
        <label className="field">
          <span>Calls to keep up, 0 to {formatCount(mostCalls)}</span>
          <input
            className="input"
            type="number"
            min={0}
            max={mostCalls}
            step={1}
            value={shown}
            aria-invalid={calls === null}
            onChange={(event) => setValue(event.target.value)}
          />
        </label>
        <Button action disabledReason={objection} onClick={() => calls !== null && set(calls)}>
          {calls === null ? "Set traffic" : `Keep up ${formatCount(calls)} ${calls === 1 ? "call" : "calls"}`}
        </Button>
        {[0, 60, 500, 1_000].map((preset) => (
          <Button key={preset} action kind="quiet" disabledReason={door.objection} onClick={() => set(preset)}>
            {formatCount(preset)}
          </Button>
        ))}
      </form>
    </Region>
  );
}
