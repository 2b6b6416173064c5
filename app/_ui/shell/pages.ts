/** The console's pages with their keys: navigation, shortcuts and the palette read the same list. */

export interface PageEntry {
  readonly href: string;
  readonly title: string;
  /** Pressed after `g`. */
  readonly key: string;
  readonly group: 1 | 2 | 3;
  /** What else people call it. */
  readonly words: string;
}

export const pages: readonly PageEntry[] = [
  { href: "/", title: "Overview", key: "o", group: 1, words: "home verdict wall" },
  { href: "/servers", title: "Servers", key: "s", group: 1, words: "pair primary standby epoch lease" },
  { href: "/gateways", title: "Gateways", key: "w", group: 1, words: "trunks interfaces phones audit snmp mgcp" },
  { href: "/connections", title: "Connections", key: "l", group: 1, words: "live calls legs" },
  { href: "/failovers", title: "Failovers", key: "f", group: 2, words: "history takeover waterfall switchovers" },
  { href: "/switchover", title: "Switchover", key: "v", group: 2, words: "planned failback move control" },
  { href: "/audit", title: "Audit log", key: "a", group: 2, words: "who did what orders reasons" },
  { href: "/records", title: "Call records", key: "c", group: 3, words: "cdr billing history export csv" },
  { href: "/lab", title: "Lab", key: "x", group: 3, words: "faults kill freeze cut traffic" },
];
