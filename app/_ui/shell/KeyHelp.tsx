"use client";
/** The list of keys, and the switch that turns single keys off. */
import { setShortcuts, usePreferences } from "../preferences.ts";
import { Dialog } from "./Dialog.tsx";
import { pages } from "./pages.ts";

const others: readonly (readonly [string, string])[] = [
  ["Ctrl K", "find a page, a node or an action"],
  [".", "actions of the cluster"],
  ["u", "times in UTC or local"],
  ["Space", "pause what is live, go on"],
  ["j k", "next, previous row"],
  ["Enter", "open the row"],
  ["Esc", "close"],
  ["← →", "on a strip: one bar, with Shift ten"],
  ["[ ]", "on a strip: previous, next abnormal bar"],
  ["?", "this list"],
];

export function KeyHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { shortcuts } = usePreferences();
  return (
    <Dialog open={open} title="Keys" onClose={onClose}>
      <label className="key-switch">
        <input type="checkbox" checked={shortcuts} onChange={(event) => setShortcuts(event.target.checked)} />
        Single keys are on. Off: only Ctrl K and the keys of the focused control work.
      </label>
      <dl className="key-list">
        {pages.map((page) => (
          <div key={page.href}>
            <dt>
              <span className="kbd">g</span> <span className="kbd">{page.key}</span>
            </dt>
            <dd>{page.title}</dd>
          </div>
        ))}
        {others.map(([key, text]) => (
          <div key={key}>
            <dt>
              <span className="kbd">{key}</span>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
