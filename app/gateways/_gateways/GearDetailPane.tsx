"use client";
/** One piece of gear of others: what is known of it by reading alone. */
import Link from "next/link";
import type { ConsoleSnapshot, GearView } from "../../../server/operations/console-view.ts";
import { gearState } from "../../_ui/node-words.ts";
import { Reading } from "../../_ui/Reading.tsx";
import { AuditRegions } from "./AuditRegions.tsx";
import { ownerTexts, reachabilityText } from "./audit-words.ts";
import { DetailFrame } from "./DetailFrame.tsx";
import { List } from "./DrawerList.tsx";

interface GearDetailPaneProps {
  readonly gear: GearView;
  readonly snapshot: ConsoleSnapshot;
  readonly onClose: () => void;
}

export function GearDetailPane({ gear, snapshot, onClose }: GearDetailPaneProps) {
  return (
    <DetailFrame name={gear.name} state={gearState(gear)} onClose={onClose} summary={<Summary gear={gear} />}>
      <AuditRegions name={gear.name} snapshot={snapshot} figures={gear.health?.polling ?? null} budget={gear.packetsPerSecond} />
    </DetailFrame>
  );
}

function Summary({ gear }: { readonly gear: GearView }) {
  const { name, kind, control, health, pollSeconds } = gear;
  const reading = (value: number | null) => ({
    value,
    observedAt: health?.polling.lastCompleteAt ?? null,
    source: name,
    ttlMs: pollSeconds * 1500,
  });
  return (
    <List
      items={[
        ["Kind", `${kind}, gear of others: it does not vote and cannot fence`],
        ["Owner", ownerTexts[control].full],
        ["Control", control === "mgcp" ? "MGCP: the title holder points it at itself" : "none, it is only read"],
        ["Profile", health?.profile ?? <span key="profile">not found out yet</span>],
        ["Connections", <Reading key="legs" reading={reading(health?.legs ?? null)} />],
        ["Calls", <Reading key="calls" reading={reading(health?.calls ?? null)} />],
        ["Stuck", <Reading key="stuck" never="unknown" reading={reading(health?.stuck ?? null)} />],
        ...(health?.reachability == null ? [] : [["OPTIONS", reachabilityText(health.reachability)] as const]),
        [
          "",
          <Link key="live" href={`/connections?gateway=${encodeURIComponent(name)}`}>
            Live connections of {name}
          </Link>,
        ],
      ]}
    />
  );
}
