"use client";
/** Under what right a server controls which gateways, what it knows of the guard and of the voters, and the rules it goes by. */
import type { ServerStatus } from "../../../server/core/status/node-status.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { epochText } from "../../_ui/epoch.ts";
import { formatAge } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { momentText } from "../../_ui/shell/notices.ts";
import { changeText, driftText } from "../../orders/_sheet/voters-now.ts";

type Part = { readonly status: ServerStatus };

const rights = { title: "by its title", fragment: "as a fragment", override: "by override", lent: "on loan" } as const;
const words = { fragment: "FRAGMENT", override: "OVERRIDE", title: "TITLE LOST" } as const;

/** A fragment, an override or a lost title is said loudly; a loan and a title in force are normal. */
export function Controls({ status: { holds, title, gateways } }: Part) {
  if (holds === null || holds.gateways.length === 0) return <>no gateway</>;
  const names = holds.gateways.map((one) => one.name);
  const which = names.length > 4 && names.length === gateways.length ? `all ${names.length} gateways` : names.join(", ");
  const said = `${which}, ${rights[holds.basis]}, epoch ${epochText(holds.epoch)}`;
  if (title.held || holds.basis === "lent") return <>{said}</>;
  return (
    <>
      <StatusGlyph name="degraded" word={words[holds.basis]} /> {said}, without the title
    </>
  );
}

export function Lent({ status: { lent } }: Part) {
  return <>{lent.map(({ gateway, to }) => `${gateway} to ${to}`).join(", ")}</>;
}

/** "armed, 1 of 3 used within 1 h; 7 of 7 voters know" */
export function Guard({ status: { guard } }: Part) {
  const now = useNow();
  const zone = useZone();
  const { pause, used, limit, windowMs, acknowledgedEpoch, votersThatKnow, voters } = guard;
  const held = pause === null && used >= limit;
  return (
    <>
      {pause !== null && (
        <>
          <StatusGlyph name="hold" word="PAUSED" /> by {pause.by}{" "}
          {pause.until === null ? "until somebody resumes" : `until ${momentText(pause.until, now, zone)}`};{" "}
        </>
      )}
      {held && (
        <>
          <StatusGlyph name="hold" word="HELD" />{" "}
        </>
      )}
      {used} of {limit} used within {formatAge(windowMs)}
      {acknowledgedEpoch > 0 && `, acknowledged up to epoch ${acknowledgedEpoch}`};{" "}
      <span className={votersThatKnow < voters ? undefined : "ink-2"}>
        {votersThatKnow} of {voters} voters know
      </span>
    </>
  );
}

export function VoterSet({ status: { voterSet, configuredVoters } }: Part) {
  const { version, voters, previous } = voterSet;
  const change = changeText({ voters, previous });
  const drift = driftText({
    onlyInForce: voters.filter((name) => !configuredVoters.includes(name)),
    onlyConfigured: configuredVoters.filter((name) => !voters.includes(name)),
  });
  return (
    <>
      {voters.length} voters, version {version}
      {change !== null && (
        <>
          ; <StatusGlyph name="transit" word="CHANGING" /> {change}
        </>
      )}
      {drift !== null && ", not as configured"}
    </>
  );
}

export function Scheduled({ status: { scheduled } }: Part) {
  const now = useNow();
  const zone = useZone();
  if (scheduled === null) return null;
  return (
    <>
      switchover to {scheduled.to} at {momentText(scheduled.at, now, zone)}, by {scheduled.by}: {scheduled.reason}
    </>
  );
}

const partitions = { survive: "gateways without an owner are taken over", strict: "only a title controls gateways" } as const;
const takeovers = { hot: "hot, calls are adopted", cold: "cold, gateways are reset and their calls end" } as const;

export function Rules({ status }: Part) {
  return (
    <ul>
      <li>
        Partition: {status.partition} <span className="ink-3">({partitions[status.partition]})</span>
      </li>
      <li>Merge: {status.merge}</li>
      <li>Failback: {status.failback}</li>
      <li>Takeover: {takeovers[status.takeover]}</li>
    </ul>
  );
}
