"use client";
/** Over the whole content while the link is lost: the data itself looks old, and says since when. */
import { useLink } from "../../_trpc/use-live.ts";
import { formatAge, formatTime, zoneName } from "../format.ts";
import { useZone } from "../preferences.ts";

export function Veil() {
  const link = useLink();
  const zone = useZone();
  if (link.phase !== "lost" || link.frozenAt === null) return null;
  return (
    <>
      <div className="veil" aria-hidden="true" data-testid="veil" />
      <div className="veil-notice">
        <span className="head" role="status">
          Frozen at {formatTime(link.frozenAt, zone)} {zoneName(link.frozenAt, zone)}
        </span>
        <span className="ink-2">
          This console lost its link {formatAge(link.ageMs ?? 0)} ago. What you see is old; the servers go on without it. Actions are off.
        </span>
        <span className="ink-2">Tries again every second.</span>
      </div>
    </>
  );
}
