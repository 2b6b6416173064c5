/** A part of a page: a heading, a quiet note beside it, an optional action at the right, and the content under a hairline. */
import { type ReactNode, useId } from "react";

interface RegionProps {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly action?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Region({ title, note, action, className, children }: RegionProps) {
  const id = useId();
  return (
    <section className={className === undefined ? "region" : `region ${className}`} aria-labelledby={id}>
      <div className="region-head">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span className="label ink-3">{note}</span>}
        {action !== undefined && <span className="region-action">{action}</span>}
      </div>
      {children}
    </section>
  );
}

/** Labelled values in a row. */
export function Facts({
  items,
  className,
}: {
  readonly items: readonly { readonly label: string; readonly value: ReactNode }[];
  readonly className?: string;
}) {
  return (
    <dl className={className === undefined ? "facts" : `facts ${className}`}>
      {items.map((item) => (
        <div key={item.label}>
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
