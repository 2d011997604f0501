export interface Palette {
  heat: string[];
  unknown: string;
  text: string;
  dim: string;
  grid: string;
  in: string;
  out: string;
  lag: string;
  age: string;
  wanted: string;
  running: string;
  ready: string;
  scaleOut: string;
  scaleIn: string;
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");

const darkStops = ["#17263b", "#1d5a7e", "#23a08f", "#c9c04f", "#f08c32", "#ef3e4a"];
const lightStops = ["#dfe8f2", "#9cc9e0", "#5dbfae", "#e8c949", "#f0893b", "#d42a3c"];
// Told apart by people who see colours differently too; the order keeps neighbours far from each other.
const owners = ["#6f8cff", "#25c9a5", "#f5a742", "#e0629a", "#8fd14f", "#49c2f2", "#b583f0", "#f2705c", "#c9b458", "#7f9bb3"];

/** Steps of the heat scale; a cell's colour is looked up, not computed. */
const steps = 64;

export function palette(): Palette {
  const isDark = dark.matches;
  return {
    heat: ramp(isDark ? darkStops : lightStops),
    unknown: isDark ? "#55627a" : "#9aa5b8",
    text: isDark ? "#e6ebf5" : "#16203a",
    dim: isDark ? "#8e9bb5" : "#5b6780",
    grid: isDark ? "rgba(148,163,190,.13)" : "rgba(60,80,120,.13)",
    in: isDark ? "#7d93ff" : "#3f5bd9",
    out: isDark ? "#2ad0ab" : "#0b9c7c",
    lag: isDark ? "#f5a742" : "#cf7411",
    age: isDark ? "#e0629a" : "#b83a76",
    wanted: isDark ? "#8e9bb5" : "#5b6780",
    running: isDark ? "#b583f0" : "#7c43c4",
    ready: isDark ? "#2ad0ab" : "#0b9c7c",
    scaleOut: isDark ? "#f5a742" : "#b35f06",
    scaleIn: isDark ? "#2ad0ab" : "#087f63",
  };
}

export function onSchemeChange(changed: () => void): void {
  dark.addEventListener("change", changed);
}

/** The colour of a place between 0 and 1. */
export function heatColor(colors: Palette, position: number): string {
  return colors.heat[Math.round(Math.min(1, Math.max(0, position)) * (steps - 1))] ?? colors.unknown;
}

const slots = new Map<string, number>();

/** A member keeps its colour for as long as the page is open, whoever joins or leaves. */
export function ownerColor(memberId: string): string {
  const slot = slots.get(memberId) ?? slots.set(memberId, slots.size).size - 1;
  return owners[slot % owners.length] ?? "#888";
}

/** The colour of a cause: that of a cool cell when nothing waits, else one by its place among the causes. */
export function causeColor(colors: Palette, causes: { code: string }[], code: string): string {
  const place = causes.findIndex((cause) => cause.code === code);
  return place <= 0 ? heatColor(colors, 0) : (owners[(place - 1) % owners.length] ?? colors.unknown);
}

function ramp(stops: string[]): string[] {
  const channels = stops.map((stop) => [1, 3, 5].map((at) => parseInt(stop.slice(at, at + 2), 16)));
  return Array.from({ length: steps }, (_, step) => {
    const place = (step / (steps - 1)) * (stops.length - 1);
    const left = Math.min(stops.length - 2, Math.floor(place));
    const mixed = [0, 1, 2].map((channel) => {
      const from = channels[left]?.[channel] ?? 0;
      const to = channels[left + 1]?.[channel] ?? 0;
      return Math.round(from + (to - from) * (place - left));
    });
    return `rgb(${mixed.join(" ")})`;
  });
}
