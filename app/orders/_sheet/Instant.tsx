"use client";
/** When: a few instants that people usually mean, or any other, typed in the zone that the page shows. */
import { useState } from "react";
import { formatAge, formatDate, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { useUrlState } from "../../_ui/use-url-state.ts";
import { fieldText, fieldTime } from "../../records/_query/zoned-time.ts";
import styles from "./order.module.css";

const dayMs = 24 * 3_600_000;
const minuteMs = 60_000;

export function Instant({ now }: { readonly now: number }) {
  const zone = useZone();
  const [get, set] = useUrlState();
  const at = Number.parseInt(get("at") ?? "", 10);
  const known = Number.isFinite(at) ? at : null;
  const [typed, setTyped] = useState<string | null>(null);
  const value = typed ?? fieldText(known, now, zone);
  const time = fieldTime(value, now, zone);
  const choose = (wall: number) => {
    setTyped(null);
    set({ at: `${wall}` });
  };
  const apply = () => {
    if (typed !== null && typeof time === "number") choose(time);
  };
  const night = nextNight(now, fieldTime(`${formatDate(now, zone)} 02:00`, now, zone) ?? now);
  return (
    <fieldset className={styles.instant}>
      <legend>When, {zoneName(now, zone)}</legend>
      <input
        id="instant"
        className="input"
        type="text"
        autoComplete="off"
        aria-label={`When, ${zone === "UTC" ? "UTC" : "local time"}, hh:mm or with a date before it where it is not today`}
        placeholder="hh:mm, or yyyy-mm-dd hh:mm"
        aria-invalid={time === undefined}
        aria-describedby="instant-problem"
        value={value}
        onChange={(event) => {
          setTyped(event.target.value);
          // An instant chosen before must not stay behind words that name none.
          if (known !== null && fieldTime(event.target.value, now, zone) === undefined) set({ at: null });
        }}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === "Enter") apply();
        }}
      />
      <button type="button" className="button" onClick={() => choose(wholeMinute(now + 10 * minuteMs))}>
        in 10 min
      </button>
      <button type="button" className="button" onClick={() => choose(wholeMinute(now + 60 * minuteMs))}>
        in 1 h
      </button>
      <button type="button" className="button" onClick={() => choose(night)}>
        at 02:00
      </button>
      <span id="instant-problem" role="status" className={time === undefined ? "amber" : "ink-2"}>
        {time === undefined
          ? "Write hh:mm, or yyyy-mm-dd hh:mm."
          : known === null
            ? ""
            : known > now
              ? `in ${formatAge(known - now)}`
              : "in the past"}
      </span>
    </fieldset>
  );
}

function nextNight(now: number, today: number): number {
  return today > now ? today : today + dayMs;
}

function wholeMinute(at: number): number {
  return Math.ceil(at / minuteMs) * minuteMs;
}
