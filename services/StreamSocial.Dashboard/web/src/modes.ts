import type { Topic } from "./snapshot";

/** What the heat maps are coloured by. */
export type Mode = "lag" | "age" | "rate" | "owner" | "cause";

/** A figure of each partition and its place between 0 and 1. */
export interface Scale {
  title: string;
  values: (topic: Topic) => (number | null)[] | null | undefined;
  position: (value: number) => number;
  /** Values to show in the legend. */
  steps: [value: number, text: string][];
}

export const scales: Record<Exclude<Mode, "owner" | "cause">, Scale> = {
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
  return name === "age" || name === "rate" || name === "owner" || name === "cause" ? name : "lag";
}
