"use client";
/** The table and the open gateway; which one is open stands in the URL. */
import { useEffect } from "react";
import { gatewaySum } from "../../_overview/gateway-sum.ts";
import { useNow, useSnapshot } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { EmptyState, WaitingForSnapshot } from "../../_ui/EmptyState.tsx";
import { Region } from "../../_ui/Region.tsx";
import { usePageKeys } from "../../_ui/shell/use-shortcuts.ts";
import { useUrlState } from "../../_ui/use-url-state.ts";
import { PageVerdict } from "../../_ui/Verdict.tsx";
import { GatewayDetail } from "./GatewayDetail.tsx";
import { GatewayTable } from "./GatewayTable.tsx";
import { GearDetailPane } from "./GearDetailPane.tsx";
import { gatewaysSentence, gearSentence } from "./gateway-words.ts";
import "./audits.css";
import "./gateways.css";

function focusRow(name: string): void {
  document.querySelector<HTMLElement>(`tr[data-key="${CSS.escape(name)}"]`)?.focus();
}

export function Gateways() {
  const snapshot = useSnapshot();
  const now = useNow();
  const [get, set] = useUrlState();
  const selected = get("gateway");

  // The verdict's links name the gateway in the fragment.
  useEffect(() => {
    const follow = () => {
      const name = decodeURIComponent(window.location.hash.slice(1));
      if (name !== "") set({ gateway: name });
    };
    follow();
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, [set]);

  const close = () => {
    set({ gateway: null, by: null });
    if (selected !== null) focusRow(selected);
  };
  usePageKeys({ Escape: close });

  if (snapshot === null) return <WaitingForSnapshot rows={8} />;
  const open = snapshot.gateways.find((gateway) => gateway.name === selected);
  const gear = snapshot.gear.find((one) => one.name === selected);
  const alike = snapshot.gateways.filter((gateway) => gateway.condition === "ok").length;
  return (
    <>
      <PageVerdict sentence={gatewaysSentence(snapshot.gateways, snapshot.primary)}>
        {alike} of {snapshot.gateways.length} answer, are owned and report what the primary expects.
        {gearSentence(snapshot.gear)}
      </PageVerdict>
      <div className="gateways">
        <div className="gateways-list">
          <Region title="Gateways" note={gatewaySum(snapshot.gateways, now, snapshot.gear.length)}>
            {snapshot.gateways.length === 0 ? (
              <EmptyState title="No gateways.">The site's tandem.yaml names none.</EmptyState>
            ) : (
              <div className="gateways-table">
                <GatewayTable
                  snapshot={snapshot}
                  selected={open?.name ?? gear?.name ?? null}
                  onOpen={(name) => set({ gateway: name === selected ? null : name, by: null })}
                />
              </div>
            )}
            <div className="table-foot">
              <span>Order of tandem.yaml, always; gear of others last</span>
              <span>
                <span className="kbd">j</span> <span className="kbd">k</span> rows, <span className="kbd">Enter</span> detail,{" "}
                <span className="kbd">Esc</span> close
              </span>
            </div>
          </Region>
        </div>
        {open !== undefined && <GatewayDetail gateway={open} snapshot={snapshot} onClose={close} />}
        {gear !== undefined && <GearDetailPane gear={gear} snapshot={snapshot} onClose={close} />}
        {selected !== null && open === undefined && gear === undefined && <NoSuchGateway name={selected} onClose={close} />}
      </div>
    </>
  );
}

/** The address names one that the site's file does not: mistyped, or configured no more. */
function NoSuchGateway({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  return (
    <aside className="drawer" aria-label={`Gateway ${name}`}>
      <div className="region">
        <EmptyState title={`There is no gateway ${name}.`} step={<Button onClick={onClose}>Close</Button>}>
          Neither ours nor gear of others has that name in the site's tandem.yaml.
        </EmptyState>
      </div>
    </aside>
  );
}
