"use client";
/**
 * Buttons and links that look like them. A button that may not be pressed stays focusable and says why:
 * `disabledReason`, or the lost link, which turns every action off.
 */
import Link from "next/link";
import { type ButtonHTMLAttributes, type MouseEvent, type ReactNode, useId } from "react";
import { useLink } from "../_trpc/use-live.ts";

type Kind = "plain" | "primary" | "quiet" | "text";

const classes: Record<Kind, string> = {
  plain: "button",
  primary: "button button-primary",
  quiet: "button button-quiet",
  text: "button-text",
};

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> {
  readonly kind?: Kind;
  readonly disabledReason?: string | null;
  /** True for actions on the cluster: off while the link is lost. Views and filters keep working. */
  readonly action?: boolean;
  readonly children: ReactNode;
}

export const linkLostReason = "This console lost its link: nothing can be asked of the servers from here.";

/** Why an action may not be started now; null = it may. */
export function useActionReason(own: string | null | undefined): string | null {
  const link = useLink();
  if (link.phase === "lost") return linkLostReason;
  if (link.phase === "connecting") return "Still waiting for the first data.";
  return own ?? null;
}

export function Button({ kind = "plain", disabledReason, action = false, onClick, children, className, ...rest }: ButtonProps) {
  const actionReason = useActionReason(disabledReason);
  const reason = action ? actionReason : (disabledReason ?? null);
  const id = useId();
  const blocked = reason !== null;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (blocked) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <>
      <button
        type="button"
        {...rest}
        className={className === undefined ? classes[kind] : `${classes[kind]} ${className}`}
        aria-disabled={blocked || undefined}
        aria-describedby={blocked ? id : rest["aria-describedby"]}
        title={reason ?? rest.title}
        onClick={press}
      >
        {children}
      </button>
      {blocked && (
        <span id={id} className="visually-hidden">
          {reason}
        </span>
      )}
    </>
  );
}

/** A link to a page that prepares an action; off with the link like the action itself. */
export function ActionLink({
  href,
  children,
  disabledReason,
}: {
  readonly href: string;
  readonly children: ReactNode;
  readonly disabledReason?: string | null;
}) {
  const reason = useActionReason(disabledReason);
  if (reason !== null) {
    return (
      <button type="button" className="button" aria-disabled="true" title={reason}>
        {children}
        <span className="visually-hidden">: {reason}</span>
      </button>
    );
  }
  return (
    <Link className="button" href={href}>
      {children}
    </Link>
  );
}
