import type { Alert } from "./alerts/model";

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
  ratesIn: (number | null)[] | null;
  ratesOut: (number | null)[] | null;
  oldestAgesMs?: (number | null)[] | null;
  oldestAgeMs?: number | null;
  unknownAges?: number | null;
  /** Partitions whose age is only the least that it can be. */
  leastAges?: number[] | null;
  /** By partition, as Burrow names it: unknown, ok, warn, stall, stop or rewind. */
  statuses: string[] | null;
  /** By partition, a code of the snapshot's causes. */
  causes: string[] | null;
  /** By partition: active, rebalancing, recovering, offline, unowned or unknown. */
  states: string[] | null;
}

/** Why records wait, and what to do about it. */
export interface Cause {
  code: string;
  title: string;
  remedy: string;
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
  toCome: number;
  warm: number;
  isLeaving: boolean;
  lag: number | null;
  busy: number | null;
  trueRate: number | null;
  entriesPerSecond: number | null;
  counters: Counters | null;
  load: {
    lanes: number | null;
    memoryBytes: number | null;
    memoryLimitBytes: number | null;
    stateBytes: number | null;
    entries: number | null;
    owned: number;
    restored: number;
  };
}

/** A consumer group that reads topics of the catalogue. */
export interface ConsumerGroup {
  id: string;
  state: string;
  type: string;
  isForeign: boolean;
  lag: number | null;
  oldestAgeMs: number | null;
  isAgeAtLeast: boolean;
  topics: { name: string; partitions: number; lag: number | null }[];
  members: { name: string; host: string; isForeign: boolean; partitions: number; lag: number | null }[];
  partitionSpread: number | null;
  lagSpread: number | null;
}

export interface Decision {
  id: string;
  at: number;
  verdict: "hold" | "out" | "in" | "unknown";
  current: number | null;
  desired: number | null;
  /** Whether the orchestrator took it; null while it has not answered, or was not asked. */
  isDone?: boolean | null;
  /** The orchestrator's answer. */
  actuation?: string | null;
  reason: string;
  terms: Record<string, number>;
  unknown: string[];
}

export interface Phase {
  memberId: string;
  name: string;
  /** Ready: assigned and restored. Abandoned: assigned, and gone again before it was restored. */
  kind: "revoked" | "lost" | "restoring" | "ready" | "abandoned";
  from: number;
  to: number | null;
  partitions: number;
}

export interface Rebalance {
  startedAt: number;
  endedAt: number | null;
  phases: Phase[];
  pausedPartitionSeconds: number;
  pausedPartitions: number;
  unknownStarts: number;
  moved: number;
  minimumMoved: number;
  placed: number;
  restoredBytes: number | null;
  paused: { topic: string; count: number; partitions: string }[];
}

export interface Broker {
  id: number;
  address: string | null;
  status: "running" | "starting" | "recovering" | "shuttingDown" | "unreachable" | "down";
  since: number;
  leaders: number;
  preferred: number;
  replicas: number;
  inSync: number;
  /** What it says over JMX; null when there is no exporter to ask. */
  figures: BrokerFigures | null;
}

export interface BrokerFigures {
  broker: number;
  /** Why nothing is known. */
  problem: string | null;
  bytesInPerSecond: number | null;
  bytesOutPerSecond: number | null;
  requestsPerSecond: number | null;
  produceP99Ms: number | null;
  fetchP99Ms: number | null;
  activeControllers: number | null;
  isrShrinks: number | null;
  gcShare: number | null;
  logBytes: number | null;
  voters: number | null;
  quorumLag: number | null;
}

export interface Cluster {
  at: number;
  controllerId: number | null;
  brokers: Broker[];
  offline: number;
  underReplicated: number;
  underMinInSync: number | null;
  notPreferred: number;
  /** The topics with partitions that lack something. */
  lacking: { name: string; underReplicated: number }[];
}

export interface Skew {
  maxToMean: number;
  variation: number;
  fullest: number;
  verdict: "even" | "tooFew" | "uneven";
}

/** A topic of the catalogue as it is in the cluster. */
export interface CatalogueTopic {
  name: string;
  purpose: string;
  /** 0 when it does not exist. */
  partitions: number;
  cleanup: string | null;
  retentionMs: number | null;
  records: number | null;
  bytes: number | null;
  rate: number | null;
  byRecords: Skew | null;
  byBytes: Skew | null;
  drifts: { setting: string; wanted: string; actual: string }[] | null;
  mend: string | null;
}

export interface Snapshot {
  version: number;
  at: number;
  intervalMs: number;
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
    oldestAgeMs?: number | null;
    /** Partitions whose age is unknown, or only known to be at least so much. */
    unknownAges?: number | null;
  };
  scale: { desired: number | null; running: number | null; ready: number | null; minimum: number | null; maximum: number | null } | null;
  decisions: Decision[] | null;
  rebalances: Rebalance[] | null;
  cluster: Cluster | null;
  groups: ConsumerGroup[] | null;
  catalogue: { at: number; topics: CatalogueTopic[] } | null;
  causes: Cause[];
  /** Those that fire or are pending. */
  alerts?: Alert[] | null;
  /** Another number is another content of what the page reads by itself; null while unknown. */
  versions: { alerts: number | null; stages: number | null; operations: number | null; deadLetters: number | null; override: number | null };
  links: { title: string; url: string }[];
  unknown: string[];
}

type Column = (number | null)[];

export interface History {
  lengthMs: number;
  at: number[];
  rateIn: Column;
  rateOut: Column;
  lag: Column;
  oldestAgeMs: Column;
  wanted: Column;
  running: Column;
  ready: Column;
}
