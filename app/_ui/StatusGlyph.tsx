/** A state as shape, word and colour; each alone is enough. */

export type GlyphName = "ok" | "degraded" | "suspect" | "failed" | "transit" | "maint" | "unknown" | "off" | "pass" | "note" | "hold";
export type Tone = "ink" | "ink-2" | "ink-3" | "amber" | "red" | "blue";

const tones: Record<GlyphName, Tone> = {
  ok: "ink",
  degraded: "amber",
  suspect: "amber",
  failed: "red",
  transit: "blue",
  maint: "ink-2",
  unknown: "ink-2",
  off: "ink-3",
  pass: "ink-2",
  note: "ink-3",
  hold: "amber",
};

export function toneOf(name: GlyphName): Tone {
  return tones[name];
}

/** The drawing alone, for places where its word stands in the same row. */
export function Glyph({
  name,
  size = 12,
  tone,
  label,
}: {
  readonly name: GlyphName;
  readonly size?: number;
  readonly tone?: Tone;
  readonly label?: string;
}) {
  const color = `var(--${tone ?? tones[name]})`;
  const drawing = <use href={`#g-${name}`} />;
  return label === undefined ? (
    <svg className="glyph" width={size} height={size} style={{ color }} aria-hidden="true">
      {drawing}
    </svg>
  ) : (
    <svg className="glyph" width={size} height={size} style={{ color }} role="img" aria-label={label}>
      {drawing}
    </svg>
  );
}

interface StatusGlyphProps {
  readonly name: GlyphName;
  /** The state word, in capitals. */
  readonly word: string;
  readonly reason?: string | null;
  /** "since 02:14:07" */
  readonly since?: string | null;
  readonly size?: number;
  readonly tone?: Tone;
}

export function StatusGlyph({ name, word, reason, since, size = 12, tone }: StatusGlyphProps) {
  const more = [reason, since].filter(Boolean).join(", ");
  return (
    <span className="status" data-tone={tone ?? tones[name]} title={more === "" ? word : `${word}: ${more}`}>
      <Glyph name={name} size={size} {...(tone === undefined ? {} : { tone })} />
      <span>
        {word}
        {more !== "" && <span className="visually-hidden">: {more}</span>}
      </span>
    </span>
  );
}
