"use client";
/** Esc leaves the sheet, except out of a field, where it only leaves the field. */
import { useRouter } from "next/navigation";
import { useEffect } from "react";

export function useEscape(): void {
  const router = useRouter();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const active = document.activeElement;
      if (active instanceof HTMLInputElement || active instanceof HTMLSelectElement) active.blur();
      else router.push("/");
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [router]);
}
