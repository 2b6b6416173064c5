"use client";
/** Every process of the lab with its faults. Rows keep their place, whatever their state. */
import type { LabNode, LabStatus } from "../../../server/core/status/lab-status.ts";
import { useSnapshot } from "../../_trpc/use-live.ts";
import { Age } from "../../_ui/Age.tsx";
import { Button } from "../../_ui/Button.tsx";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { Region } from "../../_ui/Region.tsx";
import { type GlyphName, StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import styles from "./lab.module.css";
import { actionEffect, actionName, actionObjection, actionVerb, labActions } from "./lab-words.ts";
import type { LabDoor } from "./use-lab.ts";

const states: Readonly<Record<LabNode["state"], { readonly glyph: GlyphName; readonly word: string }>> = {
  starting: { glyph: "transit", word: "STARTING" },
  running: { glyph: "ok", word: "RUNNING" },
  frozen: { glyph: "hold", word: "FROZEN" },
  killed: { glyph: "failed", word: "KILLED" },
  exited: { glyph: "failed", word: "EXITED" },
};

export function LabNodes({ door, lab }: { readonly door: LabDoor; readonly lab: LabStatus }) {
  const snapshot = useSnapshot();
  const roleOf = (name: string): string | null => (name === snapshot?.primary ? "primary" : name === snapshot?.standby ? "standby" : null);
  const columns: Column<LabNode>[] = [
    { key: "name", head: "Node", className: "name", phone: "plain", cell: (node) => <Name node={node} role={roleOf(node.name)} /> },
    { key: "kind", head: "Kind", phone: "plain", cell: (node) => node.kind.replace("-", " ") },
    {
      key: "state",
      head: "State",
      phone: "plain",
      cell: (node) => <StatusGlyph name={states[node.state].glyph} word={states[node.state].word} />,
    },
    { key: "since", head: "Since", align: "right", cell: (node) => <Age at={node.since} /> },
    { key: "pid", head: "Process", align: "right", mono: true, cell: (node) => node.pid ?? "none" },
    { key: "restarts", head: "Restarts", align: "right", cell: (node) => node.restarts },
    {
      key: "faults",
      head: "Faults",
      className: styles.faults,
      phone: "line",
      cell: (node) => <Faults node={node} door={door} role={roleOf(node.name)} />,
    },
  ];
  return (
    <Region title="Nodes" note={`supervisor ${lab.supervisorPid}, each node its own process and data folder`}>
      <div className={styles.nodes}>
        <DataTable
          stack
          label="Nodes of the lab"
          columns={columns}
          rows={lab.nodes}
          rowKey={(node) => node.name}
          stale={() => !door.reachable}
        />
      </div>
    </Region>
  );
}

function Name({ node, role }: { readonly node: LabNode; readonly role: string | null }) {
  return (
    <>
      <span className="mono medium">{node.name}</span>
      {role !== null && <span className="ink-2"> {role}</span>}
    </>
  );
}

function Faults({ node, door, role }: { readonly node: LabNode; readonly door: LabDoor; readonly role: string | null }) {
  const faults = node.kind === "console" ? (["restart"] as const) : labActions;
  return (
    <span className={styles.buttons}>
      {faults.map((action) => (
        <Button
          key={action}
          action
          className={styles.small}
          aria-label={actionName(action, node.name, role)}
          title={actionEffect(action)}
          disabledReason={door.objection ?? actionObjection(action, node)}
          onClick={() => door.act(action, node.name, role)}
        >
          {actionVerb(action)}
        </Button>
      ))}
    </span>
  );
}
