/** The drawer's list of names and values, and how an old value is written in it. */
import type { ReactNode } from "react";

export function List({ items }: { readonly items: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="drawer-list">
      {items.map(([label, value]) => (
        <Item key={label} label={label} value={value} />
      ))}
    </dl>
  );
}

function Item({ label, value }: { readonly label: string; readonly value: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** An old value says so; its age stands beside what it came with. */
export function Was({ old, children }: { readonly old: boolean; readonly children: ReactNode }) {
  if (!old) return <>{children}</>;
  return (
    <span className="ink-2">
      <span className="swatch" aria-hidden="true" /> was {children}
    </span>
  );
}
