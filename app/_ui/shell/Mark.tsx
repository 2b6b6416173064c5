/** The product's mark: a tandem strip, primary up, standby down, one missing beat, now at the right. */

export function Mark({ size = 20 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path d="M2 9.2V5h2v4.2zm4 0V2h2v7.2zm4 0V5h2v4.2zm4 0V3.5h2v5.7z" fill="var(--ink)" />
      <path d="M2 10.8V15h2v-4.2zm4 0V15h2v-4.2zm8 0V18h2v-7.2z" fill="var(--mark)" />
      <path d="M18.5 1v18" stroke="var(--ink)" strokeWidth="1" />
    </svg>
  );
}
