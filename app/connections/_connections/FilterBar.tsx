"use client";
/** The filters of the live list; they stand in the URL. Beside them: live or paused, and what waits. */
import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { CallPhase } from "../../../server/core/calls/call.ts";
import { useSnapshot } from "../../_trpc/use-live.ts";
import { gatewayOptions } from "../../_ui/gateway-options.ts";
import { SelectField } from "../../_ui/SelectField.tsx";
import type { UrlChange } from "../../_ui/use-url-state.ts";
import type { ConnectionFilter } from "./use-connections.ts";

/** Unknown: of gear of others that cannot say whether anybody answered. */
const phases: readonly (CallPhase | "unknown")[] = ["setting-up", "ringing", "talking", "releasing", "unknown"];
const phaseOptions = [["", "all"] as const, ...phases.map((phase) => [phase, phase.replace("-", " ")] as const)];
const settleMs = 250;

interface FilterBarProps {
  readonly filter: ConnectionFilter;
  readonly onChange: (change: UrlChange) => void;
  readonly children: ReactNode;
}

function NumberField({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), settleMs);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <label className="field">
      <span>Number starts with</span>
      <input
        className="input mono"
        inputMode="tel"
        maxLength={32}
        value={text}
        placeholder="2001"
        onChange={(event) => setText(event.target.value.trim())}
      />
    </label>
  );
}

/** Gear of others has connections too. */
function namesOf(snapshot: ReturnType<typeof useSnapshot>): readonly string[] | null {
  return snapshot === null ? null : [...snapshot.gateways, ...snapshot.gear].map((one) => one.name);
}

export function FilterBar({ filter, onChange, children }: FilterBarProps) {
  const snapshot = useSnapshot();
  const gateways = gatewayOptions(namesOf(snapshot), filter.gateway);
  const setNumber = useCallback((number: string) => onChange({ number }), [onChange]);
  return (
    <search className="live-bar">
      <SelectField
        label="Gateway"
        value={filter.gateway ?? ""}
        options={[["", "all"], ...gateways]}
        onChoose={(gateway) => onChange({ gateway })}
      />
      <NumberField value={filter.number ?? ""} onChange={setNumber} />
      <SelectField label="Phase" value={filter.phase ?? ""} options={phaseOptions} onChoose={(phase) => onChange({ phase })} />
      <div className="live-state">{children}</div>
    </search>
  );
}
