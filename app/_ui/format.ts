/** How times, durations and numbers are written, the same everywhere. Pure; zone is an argument. */

export type Zone = "UTC" | "local";

/** A clause that stands alone begins with a capital, unless with a node's name such as gw-4. */
export function withCapital(clause: string): string {
  return /^[a-z]+ /.test(clause) ? clause.charAt(0).toUpperCase() + clause.slice(1) : clause;
}

const thin = "\u202f";

/** 31 204 118, grouped by thin spaces. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, thin);
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}

/** For measured intervals: 62 ms, 0.84 s, 38 s, 4 min 9 s, 1 h 28 min, 12 d 4 h. */
export function formatDuration(ms: number): string {
  const value = Math.max(0, ms);
  if (value < 100) return `${fixed(value, value < 10 && value % 1 !== 0 ? 1 : 0)} ms`;
  if (value < 10_000) return `${fixed(value / 1000, value < 1000 ? 2 : 1)} s`;
  return formatAge(value);
}

/** For ages, whole units from one second on: 0.2 s, 38 s, 4 min, 1 h 28 min, 12 d 4 h. */
export function formatAge(ms: number): string {
  const value = Math.max(0, ms);
  if (value < 950) return `${fixed(value / 1000, 1)} s`;
  const seconds = Math.round(value / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** A running duration as a clock: 4:09, 1:02:33. */
export function formatRunning(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const part = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${part(minutes)}:${part(seconds % 60)}` : `${minutes}:${part(seconds % 60)}`;
}

function fields(wall: number, zone: Zone) {
  const date = new Date(wall);
  return zone === "UTC"
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth(),
        day: date.getUTCDate(),
        week: date.getUTCDay(),
        hours: date.getUTCHours(),
        minutes: date.getUTCMinutes(),
        seconds: date.getUTCSeconds(),
        ms: date.getUTCMilliseconds(),
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth(),
        day: date.getDate(),
        week: date.getDay(),
        hours: date.getHours(),
        minutes: date.getMinutes(),
        seconds: date.getSeconds(),
        ms: date.getMilliseconds(),
      };
}

const two = (value: number) => String(value).padStart(2, "0");
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** 03:42:18 */
export function formatTime(wall: number, zone: Zone): string {
  const at = fields(wall, zone);
  return `${two(at.hours)}:${two(at.minutes)}:${two(at.seconds)}`;
}

/** 03:42 */
export function formatMinute(wall: number, zone: Zone): string {
  return formatTime(wall, zone).slice(0, 5);
}

/** 03:42:18.204 */
export function formatTimeMs(wall: number, zone: Zone): string {
  return `${formatTime(wall, zone)}.${String(fields(wall, zone).ms).padStart(3, "0")}`;
}

/** Friday 20 Nov */
export function formatWeekday(wall: number, zone: Zone): string {
  const at = fields(wall, zone);
  return `${weekdays[at.week]} ${at.day} ${months[at.month]}`;
}

/** 2026-11-20 */
export function formatDate(wall: number, zone: Zone): string {
  const at = fields(wall, zone);
  return `${at.year}-${two(at.month + 1)}-${two(at.day)}`;
}

/** "today 02:14:07", "20 Nov 02:14:07", "20 Nov 2027 02:14:07" */
export function formatWhen(wall: number, now: number, zone: Zone): string {
  if (formatDate(wall, zone) === formatDate(now, zone)) return `today ${formatTime(wall, zone)}`;
  const at = fields(wall, zone);
  const year = at.year === fields(now, zone).year ? "" : ` ${at.year}`;
  return `${at.day} ${months[at.month]}${year} ${formatTime(wall, zone)}`;
}

/** The word beside an absolute time: UTC, or the local offset. */
export function zoneName(wall: number, zone: Zone): string {
  if (zone === "UTC") return "UTC";
  const minutes = -new Date(wall).getTimezoneOffset();
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? "−" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
