// The shapes of /api/alerts, and of the alerts in a snapshot.

export interface Alert {
  fingerprint: string;
  rule: string;
  severity: "critical" | "warning";
  status: "pending" | "firing";
  labels: Record<string, string>;
  text: string;
  remedy: string;
  runbook: string;
  since: number;
  silencedUntil: number | null;
}

export interface AlertsDocument {
  active: Alert[];
  resolved: { rule: string; severity: string; labels: Record<string, string>; text: string; firedAt: number; resolvedAt: number }[];
  silences: { id: string; matchers: Record<string, string>; until: number; createdBy: string; comment: string }[];
  receiver: { undelivered: number; problem: string | null } | null;
}

export function describe(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
