"use client";
/** Cuts links between any two nodes, per path and direction, and shows every cut that is in force. */
import { useState } from "react";
import type { LabStatus } from "../../../server/core/status/lab-status.ts";
import { Button } from "../../_ui/Button.tsx";
import { Region } from "../../_ui/Region.tsx";
import { SelectField } from "../../_ui/SelectField.tsx";
import styles from "./lab.module.css";
import { cutText, firstLink, isCut, type NamedCut, namedCuts, pathsWords } from "./lab-words.ts";
import type { LabDoor, LinkChoice } from "./use-lab.ts";

const paths = ["all", 1, 2] as const;
const pathOptions = paths.map((path) => [String(path), path === "all" ? "all paths" : `path ${path}`] as const);
const directionOptions = [["both", "both directions"] as const, ["one", "only this one"] as const];

export function LinkCuts({ door, lab }: { readonly door: LabDoor; readonly lab: LabStatus }) {
  const names = lab.nodes.filter((node) => node.kind !== "console").map((node) => node.name);
  const [choice, setChoice] = useState<LinkChoice>(() => {
    const [a, b] = firstLink(lab.nodes);
    return { a, b, path: "all", oneWay: false };
  });
  const cuts = namedCuts(lab.cuts);
  const objection = door.objection ?? (choice.a === choice.b ? "A link has two ends: choose two different nodes." : null);
  const arrow = choice.oneWay ? "→" : "↔";
  const healObjection = objection ?? (isCut(lab.cuts, choice) ? null : `${choice.a} ${arrow} ${choice.b} is not cut.`);
  const on = choice.path === "all" ? "all paths" : `path ${choice.path}`;
  return (
    <Region title="Links" note="a cut drops every datagram in the node's socket layer; the media of calls is not touched">
      <div className={styles.form}>
        <SelectField label="From" value={choice.a} options={names} onChoose={(a) => setChoice({ ...choice, a })} />
        <SelectField label="To" value={choice.b} options={names} onChoose={(b) => setChoice({ ...choice, b })} />
        <SelectField
          label="Path"
          value={String(choice.path)}
          options={pathOptions}
          onChoose={(value) => setChoice({ ...choice, path: paths.find((path) => String(path) === value) ?? "all" })}
        />
        <SelectField
          label="Direction"
          value={choice.oneWay ? "one" : "both"}
          options={directionOptions}
          onChoose={(value) => setChoice({ ...choice, oneWay: value === "one" })}
        />
        <Button action disabledReason={objection} onClick={() => door.cut(choice)}>
          {`Cut ${choice.a} ${arrow} ${choice.b}, ${on}`}
        </Button>
        <Button
          action
          kind="quiet"
          disabledReason={healObjection}
          onClick={() => door.heal([choice], `Heal ${choice.a} ${arrow} ${choice.b}`)}
        >
          Heal it
        </Button>
      </div>
      <CutList cuts={cuts} paths={pathsWords(lab.cuts)} door={door} />
    </Region>
  );
}

function CutList({ cuts, paths, door }: { readonly cuts: readonly NamedCut[]; readonly paths: string; readonly door: LabDoor }) {
  if (cuts.length === 0) return <p className={styles.none}>No link is cut.</p>;
  return (
    <>
      <ul className={styles.cuts} aria-label="Links that are cut">
        {cuts.map((cut) => (
          <li key={cutText(cut)}>
            <span className="mono">{cutText(cut)}</span>
            <Button
              action
              className={styles.small}
              aria-label={`Heal ${cutText(cut)}`}
              disabledReason={door.objection}
              onClick={() => door.heal([cut], `Heal ${cutText(cut)}`)}
            >
              Heal
            </Button>
          </li>
        ))}
      </ul>
      <Button action disabledReason={door.objection} onClick={() => door.heal(cuts, "Heal all")}>
        {`Heal all: ${paths}`}
      </Button>
    </>
  );
}
