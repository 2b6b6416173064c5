"use client";
/** The lab: faults first-class, links, traffic. It works while nodes are down, and says which. */
import { useSnapshot } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { WaitingForSnapshot } from "../../_ui/EmptyState.tsx";
import { Region } from "../../_ui/Region.tsx";
import { Glyph } from "../../_ui/StatusGlyph.tsx";
import { PageVerdict } from "../../_ui/Verdict.tsx";
import { LabNodes } from "./LabNodes.tsx";
import { LastChange } from "./LastChange.tsx";
import { LinkCuts } from "./LinkCuts.tsx";
import styles from "./lab.module.css";
import { actionEffect, actionName, actionObjection, labVerdict } from "./lab-words.ts";
import { Traffic } from "./Traffic.tsx";
import { type LabDoor, useLab } from "./use-lab.ts";

export function LabPage() {
  const snapshot = useSnapshot();
  const door = useLab();
  if (snapshot === null) return <WaitingForSnapshot rows={8} />;
  return (
    <>
      <PageVerdict
        sentence={labVerdict(door.reachable ? door.lab : null, snapshot.primary)}
        aside={<KillPrimary door={door} primary={snapshot.primary} />}
      >
        This is the lab: a button here sends a real signal to a real process, or drops real datagrams. Only the lab has them.
      </PageVerdict>
      <p className={styles.said} role="status" data-failed={door.failed} data-quiet={door.objection === null && door.said === ""}>
        {door.objection !== null && (
          <>
            <Glyph name="unknown" /> {door.objection} {door.lab !== null && "Shown is what it said last. "}
          </>
        )}
        {door.failed && <Glyph name="failed" />} {door.said}
      </p>
      <LastChange />
      {door.lab === null ? (
        <Region title="Nodes">
          <p className="ink-2">No list of nodes has ever arrived from a supervisor. `npm start` starts one.</p>
        </Region>
      ) : (
        <>
          <LabNodes door={door} lab={door.lab} />
          <LinkCuts door={door} lab={door.lab} />
          <Traffic door={door} lab={door.lab} />
        </>
      )}
    </>
  );
}

/** The one fault that everybody comes for. */
function KillPrimary({ door, primary }: { readonly door: LabDoor; readonly primary: string | null }) {
  const node = door.lab?.nodes.find((found) => found.name === primary) ?? null;
  const objection = door.objection ?? (node === null ? "Nobody is primary now." : actionObjection("kill", node));
  return (
    <div className={styles.first}>
      <Button
        kind="primary"
        action
        disabledReason={objection}
        title={actionEffect("kill")}
        onClick={() => node !== null && door.act("kill", node.name, "primary")}
      >
        {node === null ? "Kill the primary" : actionName("kill", node.name, "primary")}
      </Button>
    </div>
  );
}
