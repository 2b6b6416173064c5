/** Two numbers that should be the same, written as a relation: 24 = 24, 13 ≠ 14. An unknown side makes it "?". */

export function RelationSign({ left, right }: { readonly left: number | string | null; readonly right: number | string | null }) {
  if (left === null || right === null) {
    return (
      <span className="relation" title="one side is unknown">
        ?
      </span>
    );
  }
  if (left === right) return <span className="relation">=</span>;
  return (
    <span className="relation relation-unequal">
      <span aria-hidden="true">≠</span>
      <span className="visually-hidden">not equal to</span>
    </span>
  );
}

export function Relation({ left, right }: { readonly left: number | string | null; readonly right: number | string | null }) {
  return (
    <span className="nowrap">
      {left ?? "unknown"} <RelationSign left={left} right={right} /> {right ?? "unknown"}
    </span>
  );
}
