"use client";
/** Ctrl-K: pages, nodes and actions by name. It only goes to places; whatever changes the cluster has its own page. */
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useId, useState } from "react";
import { useSnapshot } from "../../_trpc/use-live.ts";
import { clusterActions } from "../../orders/_menu/actions.ts";
import { Dialog } from "./Dialog.tsx";
import { pages } from "./pages.ts";

interface Entry {
  readonly href: string;
  readonly title: string;
  readonly kind: string;
  readonly words: string;
}

const limit = 12;

function useEntries(): readonly Entry[] {
  const snapshot = useSnapshot();
  return [
    ...pages.map((page) => ({ href: page.href, title: page.title, kind: "page", words: page.words })),
    ...(snapshot === null ? [] : clusterActions(snapshot))
      .flat()
      .filter((action) => action.barred === null && action.href.startsWith("/orders/"))
      .map((action) => ({ href: action.href, title: action.text, kind: "action", words: "order" })),
    ...(snapshot?.servers ?? []).map((server) => ({
      href: `/servers#${server.name}`,
      title: server.name,
      kind: "call server",
      words: server.state,
    })),
    ...(snapshot?.gateways ?? []).map((gateway) => ({
      href: `/gateways?gateway=${encodeURIComponent(gateway.name)}`,
      title: gateway.name,
      kind: `${gateway.kind} gateway`,
      words: gateway.condition,
    })),
    ...(snapshot?.gateways ?? []).map((gateway) => ({
      href: `/connections?gateway=${encodeURIComponent(gateway.name)}`,
      title: `Connections of ${gateway.name}`,
      kind: "live list",
      words: "calls",
    })),
  ];
}

function Finder({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter();
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const id = useId();
  const needle = text.trim().toLowerCase();
  const all = useEntries().filter((entry) => `${entry.title} ${entry.kind} ${entry.words}`.toLowerCase().includes(needle));
  const shown = all.slice(0, limit);
  const chosen = Math.min(index, shown.length - 1);
  const go = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    router.push(entry.href);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setIndex(Math.min(chosen + 1, shown.length - 1));
    else if (event.key === "ArrowUp") setIndex(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") go(shown[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className="input palette-input"
        data-first-focus
        role="combobox"
        aria-label="Find a page or a node"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={shown.length > 0 ? `${id}-${chosen}` : undefined}
        aria-autocomplete="list"
        placeholder="Page or node"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setIndex(0);
        }}
        onKeyDown={onKey}
      />
      <div id={`${id}-list`} role="listbox" aria-label="Places" className="palette-list">
        {shown.map((entry, at) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus and points here (aria-activedescendant)
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input handles the keys
          <div
            key={`${entry.href} ${entry.title}`}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === chosen}
            className="palette-entry"
            onClick={() => go(entry)}
          >
            <span>{entry.title}</span>
            <span className="label ink-3">{entry.kind}</span>
          </div>
        ))}
      </div>
      <p className="label ink-3" role="status">
        {all.length === 0 ? "Nothing has that name." : `${shown.length} of ${all.length}`}
      </p>
    </>
  );
}

export function Palette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return (
    <Dialog open={open} title="Go to" onClose={onClose}>
      <Finder onClose={onClose} />
    </Dialog>
  );
}
