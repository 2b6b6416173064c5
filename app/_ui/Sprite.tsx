/** The drawings of the status glyphs and the hatch pattern, once per page; everything else refers to them. */

export function Sprite() {
  return (
    <svg width="0" height="0" style={{ position: "absolute" }} aria-hidden="true" focusable="false">
      <symbol id="g-ok" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.5" fill="currentColor" />
      </symbol>
      <symbol id="g-degraded" viewBox="0 0 16 16">
        <path d="M8 1.6 15 14H1Z" fill="currentColor" />
      </symbol>
      <symbol id="g-suspect" viewBox="0 0 16 16">
        <path d="M8 3 13.6 13H2.4Z" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="miter" />
      </symbol>
      <symbol id="g-failed" viewBox="0 0 16 16">
        <path d="M2 2h12v12H2Z" fill="currentColor" />
        <path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6" stroke="var(--ground)" strokeWidth="1.8" fill="none" />
      </symbol>
      <symbol id="g-transit" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5.7" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 2.3a5.7 5.7 0 0 0 0 11.4Z" fill="currentColor" />
      </symbol>
      <symbol id="g-maint" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" strokeWidth="1.3" />
        <path
          d="M5 11 8.6 7.4M8.1 5.3a2 2 0 0 1 2.5-.9L9.3 5.7l1 1 1.3-1.3a2 2 0 0 1-2.8 2.4"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.4"
        />
      </symbol>
      <symbol id="g-unknown" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" strokeWidth="1.3" strokeDasharray="2.2 1.7" />
        <path d="M6.1 6.4a1.9 1.9 0 1 1 2.7 1.8c-.6.3-.8.6-.8 1.2M8 10.7v1.3" fill="none" stroke="currentColor" strokeWidth="1.4" />
      </symbol>
      <symbol id="g-off" viewBox="0 0 16 16">
        <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="1.4" />
      </symbol>
      <symbol id="g-pass" viewBox="0 0 16 16">
        <path d="m2.5 8.6 3.6 3.6 7.4-8" fill="none" stroke="currentColor" strokeWidth="1.7" />
      </symbol>
      <symbol id="g-note" viewBox="0 0 16 16">
        <path d="M3.5 8h9" stroke="currentColor" strokeWidth="1.6" />
      </symbol>
      <symbol id="g-hold" viewBox="0 0 16 16">
        <path d="M5 3v10M11 3v10" stroke="currentColor" strokeWidth="2.4" />
      </symbol>
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V6" stroke="var(--hatch)" strokeWidth="1.6" />
        </pattern>
      </defs>
    </svg>
  );
}
