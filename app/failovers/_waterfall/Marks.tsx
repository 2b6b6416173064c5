/** Draws plain marks as SVG. Texts get a rim of the page's ground, so that no hairline or vertical crosses a word. */
import { type Mark, spanOf, type TextMark } from "./mark.ts";
import styles from "./waterfall.module.css";

export function Marks({ marks, hatchId }: { readonly marks: readonly Mark[]; readonly hatchId: string }) {
  return marks.map((mark, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a drawing has no identity beyond its order
    <Shape key={index} mark={mark} hatchId={hatchId} />
  ));
}

function Shape({ mark, hatchId }: { readonly mark: Mark; readonly hatchId: string }) {
  if (mark.kind === "box") {
    const fill = mark.open ? "none" : `var(--${mark.tone})`;
    return (
      <rect
        x={mark.x}
        y={mark.y}
        width={mark.width}
        height={mark.height}
        fill={fill}
        stroke={mark.open ? `var(--${mark.tone})` : "none"}
        className={styles.bar}
      >
        <title>{mark.name}</title>
      </rect>
    );
  }
  if (mark.kind === "hatch") {
    return (
      <rect x={mark.x} y={mark.y} width={mark.width} height={mark.height} fill={`url(#${hatchId})`} opacity={0.6}>
        <title>{mark.name}</title>
      </rect>
    );
  }
  if (mark.kind === "line") {
    const sharp = mark.tone === "line" ? 0.5 : 0;
    const upright = mark.x1 === mark.x2;
    return (
      <line
        x1={mark.x1 + (upright ? sharp : 0)}
        x2={mark.x2 + (upright ? sharp : 0)}
        y1={mark.y1 + (upright ? 0 : sharp)}
        y2={mark.y2 + (upright ? 0 : sharp)}
        stroke={`var(--${mark.tone})`}
        strokeWidth={mark.width}
        strokeDasharray={mark.dotted ? "1 4" : undefined}
      />
    );
  }
  if (mark.kind === "curve") {
    return (
      <path d={mark.d} fill="none" stroke={`var(--${mark.tone})`} strokeWidth={mark.width}>
        <title>{mark.name}</title>
      </path>
    );
  }
  return <Words mark={mark} />;
}

function Words({ mark }: { readonly mark: TextMark }) {
  const [from, until] = spanOf(mark);
  const words = (
    <text
      x={mark.x}
      y={mark.y}
      textAnchor={mark.anchor}
      className={`${styles.text} ${mark.mono ? styles.mono : ""}`}
      style={{ fill: `var(--${mark.tone})` }}
    >
      {mark.text}
    </text>
  );
  if (!mark.backed) return words;
  return (
    <>
      <rect x={from - 6} y={mark.y - 10} width={until - from + 12} height={13} fill="var(--ground)" />
      {words}
    </>
  );
}
