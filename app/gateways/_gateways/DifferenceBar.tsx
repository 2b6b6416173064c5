/** How far reported and expected are apart: from the middle to the right what only the gateway has, to the left what only the server has. */
const halfPx = 26;
const height = 12;

interface DifferenceBarProps {
  readonly ghosts: number;
  readonly orphans: number;
  /** The longest bar of the list, so that rows compare. */
  readonly most: number;
}

/** One connection is seen at once, and many do not run out of the cell. */
function lengthOf(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(4, Math.round((halfPx * count) / Math.max(1, most)));
}

export function DifferenceBar({ ghosts, orphans, most }: DifferenceBarProps) {
  const left = lengthOf(orphans, most);
  const right = lengthOf(ghosts, most);
  const words = [ghosts > 0 ? `+${ghosts}` : "", orphans > 0 ? `−${orphans}` : ""].filter((word) => word !== "").join(" ");
  const title = ghosts + orphans === 0 ? "no difference" : `${ghosts} only on the gateway, ${orphans} only on the server`;
  return (
    <span className="difference" title={title}>
      <svg width={2 * halfPx} height={height} aria-hidden="true">
        <path className="difference-axis" d={`M0 ${height - 0.5}H${2 * halfPx}M${halfPx + 0.5} 0V${height}`} />
        {left > 0 && <rect className="difference-bar" x={halfPx - left} y={3} width={left} height={6} />}
        {right > 0 && <rect className="difference-bar" x={halfPx + 1} y={3} width={right} height={6} />}
      </svg>
      {words === "" ? <span className="visually-hidden">none</span> : <span className="amber medium">{words}</span>}
      {words !== "" && <span className="visually-hidden">: {title}</span>}
    </span>
  );
}
