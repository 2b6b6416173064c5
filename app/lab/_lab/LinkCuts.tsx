"use client";
/** Cuts links between any two nodes, per path and direction, and shows every cut that is in force. */
import { useState } from "react";
import type { LabStatus } from "../../../server/core/status/lab-status.ts";
import { Button } from "../../_ui/Button.tsx";
import { Region } from "../../_ui/Region.tsx";
import styles from "./lab.module.css";
import { cutText, type NamedCut, namedCuts } from "./lab-words.ts";
import type { LabDoor, LinkChoice } from "./use-lab.ts";

const paths = ["all", 1, 2] as const;

export function LinkCuts({ door, lab }: { readonly door: LabDoor; readonly lab: LabStatus }) {
  const names = lab.nodes.filter((node) => node.kind !== "console").map((node) => node.name);
  const [choice, setChoice] = useState<LinkChoice>({ a: names[0] ?? "", b: names[1] ?? "", path: "all", oneWay: false });
  const cuts = namedCuts(lab.cuts);
  const objection = door.objection ?? (choice.a === choice.b ? "A link has two ends: choose two different nodes." : null);
  const arrow = choice.oneWay ? "→" : "↔";
  const on = choice.path === "all" ? "all paths" : `path ${choice.path}`;
  return (
    <Region title="Links" note="a cut drops every datagram in the node's socket layer; the media of calls is not touched">
      <div className={styles.form}>
        <NodeChoice label="From" value={choice.a} names={names} onChoose={(a) => setChoice({ ...choice, a })} />
        <NodeChoice label="To" value={choice.b} names={names} onChoose={(b) => setChoice({ ...choice, b })} />
        <label className="field">
          <span>Path</span>
          <select
            className="select"
            value={String(choice.path)}
            onChange={(event) => setChoice({ ...choice, path: paths.find((path) => String(path) === event.target.value) ?? "all" })}
          >
            <option value="all">all paths</option>
            <option value="1">path 1</option>
            <option value="2">path 2</option>
          </select>
        </label>
        <label className="field">
          <span>Direction</span>
          <select
            className="select"
            value={choice.oneWay ? "one" : "both"}
            onChange={(event) => setChoice({ ...choice, oneWay: event.target.value === "one" })}
          >
            <option value="both">both directions</option>
            <option value="one">only this one</option>
          </select>
        </label>
        <Button action disabledReason={objection} onClick={() => door.cut(choice)}>
          {`Cut ${choice.a} ${arrow} ${choice.b}, ${on}`}
        </Button>
        <Button action kind="quiet" disabledReason={objection} onClick={() => door.heal([choice], `Heal ${choice.a} ${arrow} ${choice.b}`)}>
          Heal it
        </Button>
      </div>
      <CutList cuts={cuts} door={door} />
    </Region>
  );
}

function CutList({ cuts, door }: { readonly cuts: readonly NamedCut[]; readonly door: LabDoor }) {
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
        {`Heal all: ${cuts.length} ${cuts.length === 1 ? "cut" : "cuts"}`}
      </Button>
    </>
  );
}

function NodeChoice({
  label,
  value,
  names,
  onChoose,
}: {
  readonly label: string;
  readonly value: string;
  readonly names: readonly string[];
  readonly onChoose: (name: string) => void;
}) {
  return (
    <label className="field">
      <span>{label}</span>
      <select className="select" value={value} onChange={(event) => onChoose(event.target.value)}>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
