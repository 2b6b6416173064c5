"use client";
/**
 * A button that opens a list of actions, by pointer or keys: arrows, Home, End, first letters, Esc. Each item leads to the sheet
 * that prepares the action; an item that makes no sense now can be reached and says why.
 */
import Link from "next/link";
import { Fragment, type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../_ui/Button.tsx";
import { Glyph } from "../../_ui/StatusGlyph.tsx";
import type { Action, ActionGroups } from "./actions.ts";
import styles from "./menu.module.css";

interface MenuProps {
  readonly label: string;
  /** Accessible name where the label alone does not say of what. */
  readonly name: string;
  readonly groups: ActionGroups;
  readonly buttonId?: string;
}

export function ActionMenu({ label, name, groups, buttonId }: MenuProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  const id = useId();
  const toButton = () => box.current?.querySelector<HTMLElement>("button")?.focus();
  const close = () => {
    setOpen(false);
    toButton();
  };
  useOutside(box, open, () => setOpen(false));
  return (
    <span ref={box} className={styles.menu}>
      <Button
        id={buttonId}
        className={styles.button}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        aria-label={name}
        action
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" || open) return;
          event.preventDefault();
          event.currentTarget.click();
        }}
      >
        {label}
        <svg width="9" height="6" viewBox="0 0 9 6" aria-hidden="true">
          <path d="M1 1l3.5 3.5L8 1" fill="none" stroke="currentColor" strokeWidth="1.4" />
        </svg>
      </Button>
      {open && <List id={id} name={name} groups={groups} onClose={close} onLeave={() => setOpen(false)} />}
    </span>
  );
}

interface ListProps {
  readonly id: string;
  readonly name: string;
  readonly groups: ActionGroups;
  /** Closed by a key: the focus goes back to the button. */
  readonly onClose: () => void;
  /** Left for a page, or by Tab. */
  readonly onLeave: () => void;
}

function List({ id, name, groups, onClose, onLeave }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => items(list)[0]?.focus(), []);
  const press = (event: KeyboardEvent) => {
    const all = items(list);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const target = targetOf(event.key, all, at);
    if (event.key === "Escape") onClose();
    else if (event.key === "Tab") return onLeave();
    else if (target !== undefined) target.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={list} id={id} role="menu" aria-label={name} tabIndex={-1} className={styles.list} onKeyDown={press}>
      {groups.map((group, index) => (
        <Fragment key={group[0]?.href ?? index}>
          {index > 0 && <hr />}
          {group.map((action) => (
            <Item key={action.href} action={action} onLeave={onLeave} />
          ))}
        </Fragment>
      ))}
    </div>
  );
}

function Item({ action, onLeave }: { readonly action: Action; readonly onLeave: () => void }) {
  const words = (
    <>
      <span className={styles.text}>
        {action.forced && <Glyph name="degraded" size={11} tone="ink-2" />}
        {action.text}
      </span>
      <span className="label ink-3">{action.barred ?? action.note}</span>
    </>
  );
  return action.barred === null ? (
    <Link role="menuitem" tabIndex={-1} href={action.href} onClick={onLeave}>
      {words}
    </Link>
  ) : (
    <div role="menuitem" tabIndex={-1} aria-disabled="true">
      {words}
    </div>
  );
}

function items(list: RefObject<HTMLDivElement | null>): HTMLElement[] {
  return [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
}

function targetOf(key: string, all: readonly HTMLElement[], at: number): HTMLElement | undefined {
  switch (key) {
    case "ArrowDown":
      return all[(at + 1) % all.length];
    case "ArrowUp":
      return all[(at - 1 + all.length) % all.length];
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    default: {
      if (!/^\p{L}$/u.test(key)) return undefined;
      const rest = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      return rest.find((item) => item.textContent?.toLowerCase().startsWith(key.toLowerCase()));
    }
  }
}

function useOutside(box: RefObject<HTMLElement | null>, open: boolean, onLeave: () => void): void {
  const leave = useRef(onLeave);
  useEffect(() => {
    leave.current = onLeave;
  });
  useEffect(() => {
    if (!open) return;
    const press = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) leave.current();
    };
    window.addEventListener("pointerdown", press);
    return () => window.removeEventListener("pointerdown", press);
  }, [open, box]);
}
