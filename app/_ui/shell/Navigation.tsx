"use client";
/** The pages at the left, their keys, and what one chose on this browser (theme, keys). */
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { Fragment, useEffect } from "react";
import { setTheme, type Theme, usePreferences } from "../preferences.ts";
import { pages } from "./pages.ts";

const nextTheme: Record<Theme, Theme> = { system: "dark", dark: "light", light: "system" };
const themeWord: Record<Theme, string> = { system: "as the system", dark: "dark", light: "light" };

interface NavigationProps {
  readonly open: boolean;
  readonly onNavigate: () => void;
  readonly openPalette: () => void;
  readonly openHelp: () => void;
}

function isCurrent(path: string, href: string): boolean {
  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}

export function Navigation({ open, onNavigate, openPalette, openHelp }: NavigationProps) {
  const path = usePathname();
  const router = useRouter();
  // All pages at once, also where the menu is folded: with the console gone, a page that was not fetched before cannot be opened.
  useEffect(() => {
    for (const page of pages) router.prefetch(page.href);
  }, [router]);
  const { theme, shortcuts } = usePreferences();
  return (
    <nav className="nav" aria-label="Pages" data-open={open} id="navigation">
      {pages.map((page, index) => (
        <Fragment key={page.href}>
          {index > 0 && pages[index - 1]?.group !== page.group && <hr />}
          <Link href={page.href} aria-current={isCurrent(path, page.href) ? "page" : undefined} onClick={onNavigate}>
            {page.title}
            {shortcuts && (
              <span className="mono" aria-hidden="true">
                g {page.key}
              </span>
            )}
          </Link>
        </Fragment>
      ))}
      <div className="nav-foot">
        <button type="button" onClick={() => setTheme(nextTheme[theme])} title="Change between system, dark and light">
          Theme: <span className="ink-2">{themeWord[theme]}</span>
        </button>
        <button type="button" onClick={openPalette}>
          <span className="kbd">Ctrl K</span> go to
        </button>
        <button type="button" onClick={openHelp}>
          <span className="kbd">?</span> keys
        </button>
      </div>
    </nav>
  );
}
