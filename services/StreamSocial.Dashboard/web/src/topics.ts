import { byId, cell, element, figure } from "./dom";
import { bytes, decimal, rate, short, span, unknown } from "./format";
import { Grid } from "./grid";
import type { CatalogueTopic, Skew, Snapshot } from "./snapshot";

const grid = new Grid<CatalogueTopic>({
  id: "topics",
  label: "topics of the catalogue",
  key: (topic) => topic.name,
  columns: [
    { id: "topic", title: "Topic", value: (topic) => topic.name },
    { id: "partitions", title: "Partitions", value: (topic) => topic.partitions, cell: (topic) => (topic.partitions === 0 ? cell("does not exist", true) : cell(short(topic.partitions))) },
    { id: "cleanup", title: "Cleanup", value: (topic) => topic.cleanup },
    { id: "retention", title: "Retention", value: (topic) => topic.retentionMs, cell: (topic) => cell(retention(topic)) },
    { id: "records", title: "Records", value: (topic) => topic.records, cell: (topic) => cell(short(topic.records)) },
    { id: "bytes", title: "Bytes", value: (topic) => topic.bytes, cell: (topic) => cell(bytes(topic.bytes)) },
    { id: "rate", title: "In", value: (topic) => topic.rate, cell: (topic) => cell(rate(topic.rate)) },
    { id: "skew", title: "Max/mean", value: (topic) => topic.byRecords?.maxToMean ?? null, cell: ({ byRecords, records }) => cell(byRecords ? decimal(byRecords.maxToMean) : nothing(records)) },
    { id: "variation", title: "CV", value: (topic) => topic.byRecords?.variation ?? null, cell: ({ byRecords, records }) => cell(byRecords ? byRecords.variation.toFixed(2) : nothing(records)) },
    { id: "verdict", title: "20 % rule", value: (topic) => verdict(topic.byRecords, topic.records, "records"), cell: judged },
    { id: "catalogue", title: "Catalogue", value: (topic) => topic.drifts?.length ?? null, cell: compared },
  ],
  details: mending,
  decorate: (row, topic) => {
    row.dataset.topic = topic.name;
    row.dataset.drifts = topic.drifts === null ? unknown : String(topic.drifts.length);
  },
});

export function showTopics({ catalogue }: Snapshot): void {
  grid.show(catalogue?.topics ?? null);
  byId("topics-note").hidden = catalogue === null;
}

function retention({ retentionMs }: CatalogueTopic): string {
  if (retentionMs === null) return unknown;
  if (retentionMs < 0) return "for ever";
  const days = retentionMs / 86_400_000;
  return days >= 2 ? `${decimal(days)} days` : span(retentionMs);
}

/** A ratio of nothing is not unknown: there is none. */
function nothing(records: number | null): string {
  return records === 0 ? "no records" : unknown;
}

function judged({ byRecords, byBytes, records }: CatalogueTopic): HTMLElement {
  const made = element("td", "words", figure(verdict(byRecords, records, "records"), byRecords?.verdict === "uneven" ? "warn" : ""));
  if (byBytes !== null) made.append(element("br"), figure(verdict(byBytes, null, "bytes"), byBytes.verdict === "uneven" ? "warn" : ""));
  return made;
}

function verdict(skew: Skew | null, records: number | null, unit: string): string {
  if (skew === null) return nothing(records);
  if (skew.verdict === "even") return `within 20 % by ${unit}`;
  if (skew.verdict === "tooFew") return `too few ${unit} to judge`;
  return `uneven by ${unit}: #${skew.fullest} has ${decimal(skew.maxToMean)} times the mean`;
}

function compared({ drifts, partitions }: CatalogueTopic): HTMLElement {
  if (partitions === 0) return cell("missing", true);
  if (drifts === null) return cell(unknown);
  return drifts.length === 0 ? cell("as meant") : cell(`${drifts.length} differ${drifts.length === 1 ? "s" : ""}`, true);
}

/** What differs, and the command that mends it. */
function mending({ partitions, drifts, mend }: CatalogueTopic): HTMLElement | null {
  if (partitions === 0) return element("span", "", "Make it with ", element("code", "", "streamsocial topics create"), ".");
  if (drifts === null || drifts.length === 0) return null;
  const made = element("div", "", drifts.map(({ setting, wanted, actual }) => `${setting} is ${actual}, the catalogue has ${wanted}`).join("; "), ".");
  if (drifts.some(({ setting }) => setting === "partitions")) made.append(" Where a key lives depends on the number of partitions: delete the topic and create it again, or set Topology:Profile to the one it was made with.");
  if (drifts.some(({ setting }) => setting === "replicas")) made.append(" Copies are added with kafka-reassign-partitions.");
  if (mend !== null) made.append(" Mend it with ", element("code", "", mend), ".");
  return made;
}
