import type { Topic } from "./snapshot";

/** What the heat maps are coloured by. */
export type Mode = "lag" | "age" | "rate" | "owner" | "cause" | "state";

/** A figure of each partition and its place between 0 and 1. */
export interface Scale {
  title: string;
  values: (topic: Topic) => (number | null)[] | null | undefined;
  position: (value: number) => number;
  /** Values to show in the legend. */
  steps: [value: number, text: string][];
}

export const scales: Record<Exclude<Mode, "owner" | "cause" | "state">, Scale> = {
  lag: {
    title: "records waiting",
    values: (topic) => topic.lags,
    position: (records) => Math.log10(1 + records) / 4,
    steps: [[0, "0"], [1, "1"], [10, "10"], [100, "100"], [1_000, "1k"], [10_000, "10k+"]],
  },
  age: {
    title: "oldest record waits",
    values: (topic) => topic.oldestAgesMs,
    position: (milliseconds) => Math.log10(1 + milliseconds / 10) / 4,
    steps: [[0, "0"], [100, "0.1 s"], [1_000, "1 s"], [10_000, "10 s"], [100_000, "100 s+"]],
  },
  rate: {
    title: "records in per second",
    values: (topic) => topic.ratesIn,
    position: (perSecond) => Math.log10(1 + perSecond) / 3,
    steps: [[0, "0"], [1, "1"], [10, "10"], [100, "100"], [1_000, "1k+"]],
  },
};

export function modeOf(name: string | undefined): Mode {
  return name === "age" || name === "rate" || name === "owner" || name === "cause" || name === "state" ? name : "lag";
}

/** The states of a partition in words, with a colour that people who see colours differently tell apart. Compaction runs inside the brokers, and they do not say of which partition. */
export const states: { code: string; title: string; color: string }[] = [
  { code: "active", title: "active", color: "#25a58b" },
  { code: "rebalancing", title: "rebalancing", color: "#6f8cff" },
  { code: "recovering", title: "recovering", color: "#f5a742" },
  { code: "offline", title: "offline", color: "#e0425a" },
  { code: "unowned", title: "no members", color: "#8d7fb8" },
];
