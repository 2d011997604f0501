export const unknown = "unknown";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const timeOfDay = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayAndTime = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export function count(value: number | null | undefined): string {
  return value == null ? unknown : whole.format(value);
}

export function short(value: number | null | undefined): string {
  return value == null ? unknown : Math.abs(value) < 10_000 ? whole.format(value) : compact.format(value);
}

export function share(value: number | null): string {
  return value == null ? unknown : `${Math.round(value * 100)} %`;
}

export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** A short time, to a tenth of a second. */
export function duration(milliseconds: number): string {
  return milliseconds < 60_000 ? `${decimal(milliseconds / 1000)} s` : span(milliseconds);
}

/** An age, as exact as it is short. */
export function age(milliseconds: number | null | undefined): string {
  if (milliseconds == null) return unknown;
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : duration(milliseconds);
}

export function decimal(value: number): string {
  return value < 100 ? oneDecimal.format(value) : whole.format(value);
}

export function rate(perSecond: number | null | undefined): string {
  return perSecond == null ? unknown : `${perSecond < 10 ? oneDecimal.format(perSecond) : short(perSecond)}/s`;
}

export function clock(unixMilliseconds: number): string {
  return timeOfDay.format(unixMilliseconds);
}

/** A time that may be of another day, with its zone where summer time makes that another one than now's. */
export function dateTime(unixMilliseconds: number): string {
  const text = dayAndTime.format(unixMilliseconds);
  return zone(unixMilliseconds) === zone(Date.now()) ? text : `${text} ${zone(unixMilliseconds)}`;
}

/** The zone in which the page shows a time. */
export function zone(unixMilliseconds: number): string {
  const offsetMinutes = -new Date(unixMilliseconds).getTimezoneOffset();
  if (offsetMinutes === 0) return "UTC";
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  return `UTC${offsetMinutes < 0 ? "−" : "+"}${hours}${minutes === 0 ? "" : `:${String(minutes).padStart(2, "0")}`}`;
}

export function bytes(value: number | null): string {
  if (value === null) return unknown;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, value)) / 10));
  return `${decimal(value / 1024 ** step)} ${units[step]}`;
}
