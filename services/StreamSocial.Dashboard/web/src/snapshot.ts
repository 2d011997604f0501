// The shape of /api/snapshot and of each event of /api/stream. Null is unknown.

export interface Topic {
  name: string;
  ends: (number | null)[] | null;
  lags: (number | null)[] | null;
  owners: (number | null)[] | null;
  rateIn: number | null;
  rateOut: number | null;
  lag: number | null;
  committedLag: number | null;
  unknownLags: number | null;
}

export interface Counters {
  entries: number;
  emitted: number;
  lost: number;
  duplicates: number;
  misordered: number;
  checkpoints: number;
}

export interface Member {
  id: string;
  name: string;
  endpoint: string;
  epoch: number;
  startedAt: number;
  reportedAt: number;
  isSilent: boolean;
  partitions: number[];
  restoring: number;
  lag: number | null;
  busy: number | null;
  trueRate: number | null;
  entriesPerSecond: number | null;
  counters: Counters | null;
}

export interface Decision {
  id: string;
  at: number;
  verdict: "hold" | "out" | "in" | "unknown";
  current: number | null;
  desired: number | null;
  reason: string;
  terms: Record<string, number>;
  unknown: string[];
}

export interface Snapshot {
  version: number;
  at: number;
  isDemo: boolean;
  topics: Topic[];
  members: Member[] | null;
  totals: {
    rateIn: number | null;
    rateOut: number | null;
    entriesPerSecond: number | null;
    lag: number | null;
    committedLag: number | null;
    unknownLags: number | null;
    counters: Counters | null;
  };
  scale: { desired: number | null; running: number | null; ready: number | null; minimum: number | null; maximum: number | null } | null;
  decisions: Decision[] | null;
  links: { title: string; url: string }[];
  unknown: string[];
}

export interface History {
  at: number[];
  rateIn: (number | null)[];
  rateOut: (number | null)[];
  lag: (number | null)[];
  replicas: (number | null)[];
}
