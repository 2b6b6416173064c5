"use client";
/** The frame round every page. */
import { usePathname } from "next/navigation";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useLink, useNow } from "../../_trpc/use-live.ts";
import { formatDate, formatTime } from "../format.ts";
import { Sprite } from "../Sprite.tsx";
import { HeaderBar } from "./HeaderBar.tsx";
import { KeyHelp } from "./KeyHelp.tsx";
import { Navigation } from "./Navigation.tsx";
import { Notices } from "./Notices.tsx";
import { Palette } from "./Palette.tsx";
import { useShellShortcuts } from "./use-shortcuts.ts";
import { Veil } from "./Veil.tsx";

type Open = "palette" | "help" | null;

function PrintFoot() {
  const now = useNow();
  return <footer className="print-foot">{now === 0 ? "" : `Data as of ${formatDate(now, "UTC")} ${formatTime(now, "UTC")} UTC`}</footer>;
}

export function Shell({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState<Open>(null);
  const [menuOpen, setMenuOpen] = useState(false);
  const openPalette = useCallback(() => setOpen("palette"), []);
  const openHelp = useCallback(() => setOpen("help"), []);
  const close = useCallback(() => setOpen(null), []);
  const link = useLink();
  const path = usePathname();
  const main = useRef<HTMLElement>(null);
  const lastPath = useRef(path);
  useShellShortcuts({ openPalette, openHelp });

  // After a change of page the focus goes to its content, as it would with a page load.
  useEffect(() => {
    if (lastPath.current === path) return;
    lastPath.current = path;
    main.current?.focus({ preventScroll: true });
  }, [path]);

  const menu = (
    <button
      type="button"
      className="menu-button"
      aria-expanded={menuOpen}
      aria-controls="navigation"
      onClick={() => setMenuOpen(!menuOpen)}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <path d={menuOpen ? "M3 3l10 10M13 3L3 13" : "M2 4h12M2 8h12M2 12h12"} stroke="currentColor" strokeWidth="1.5" />
      </svg>
      <span className="visually-hidden">Pages</span>
    </button>
  );

  return (
    <>
      <Sprite />
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <HeaderBar menu={menu} />
      <div className="frame">
        <Navigation open={menuOpen} onNavigate={() => setMenuOpen(false)} openPalette={openPalette} openHelp={openHelp} />
        <main ref={main} id="main" tabIndex={-1} className={link.phase === "lost" ? "main veiled" : "main"}>
          <div className="veiled-content">
            <Notices />
            {children}
          </div>
          <Veil />
        </main>
      </div>
      <PrintFoot />
      <Palette open={open === "palette"} onClose={close} />
      <KeyHelp open={open === "help"} onClose={close} />
    </>
  );
}
