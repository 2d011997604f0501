export const unknown = "unknown";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
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
