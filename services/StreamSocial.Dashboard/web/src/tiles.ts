import { byId, element, figure } from "./dom";
import { age, count, short } from "./format";
import type { Snapshot } from "./snapshot";

interface Tile {
  id: string;
  title: string;
  value: string;
  unit?: string;
  note: string;
  state?: "good" | "bad" | "busy";
}

export function showTiles(snapshot: Snapshot): void {
  byId("tiles").replaceChildren(...tiles(snapshot).map(draw));
}

function tiles({ totals, scale, members, topics }: Snapshot): Tile[] {
  const { counters } = totals;
  const partitions = topics.reduce((sum, topic) => sum + (topic.ends?.length ?? 0), 0);
  // What lacks some partitions is a lower bound.
  const least = (value: number | null | undefined, missing: number | null | undefined, text: string) => (value != null && missing ? `≥ ${text}` : text);
  const isMoving = scale !== null && scale.desired !== scale.running;
  return [
    { id: "rate-in", title: "In", value: short(totals.rateIn), unit: "rec/s", note: `${count(partitions)} partitions` },
    { id: "rate-out", title: "Processed", value: short(totals.rateOut), unit: "rec/s", note: `${totals.entriesPerSecond === null ? "unknown" : `${short(totals.entriesPerSecond)}/s`} entries` },
    {
      id: "lag-total",
      title: "Lag",
      value: least(totals.lag, totals.unknownLags, short(totals.lag)),
      unit: "rec",
      note: totals.unknownLags ? `${count(totals.unknownLags)} partitions unknown` : `${short(totals.committedLag)} uncommitted`,
    },
    { id: "oldest", title: "Oldest waits", value: least(totals.oldestAgeMs, totals.unknownAges, age(totals.oldestAgeMs)), note: "age of the oldest record" },
    {
      id: "replicas",
      title: "Replicas",
      value: count(scale?.running),
      note: scale === null ? `${members === null ? "unknown" : count(members.length)} members` : `${count(scale.desired)} wanted, ${count(scale.minimum)} to ${count(scale.maximum)}`,
      ...(isMoving ? { state: "busy" as const } : {}),
    },
    proof("lost", "Lost", counters?.lost, "events"),
    proof("misordered", "Misordered", counters?.misordered, "events"),
    { id: "duplicates", title: "Duplicates dropped", value: short(counters?.duplicates), note: "repeats without effect" },
  ];
}

function proof(id: string, title: string, value: number | undefined, note: string): Tile {
  return { id, title, value: count(value), note, ...(value === undefined ? {} : { state: value > 0 ? ("bad" as const) : ("good" as const) }) };
}

function draw(tile: Tile): HTMLElement {
  const isKnown = tile.value !== "unknown";
  const value = element("p", "value", figure(tile.value), ...(tile.unit && isKnown ? [element("small", "", tile.unit)] : []));
  const made = element("div", `tile ${tile.state ?? ""}`.trim(), element("h3", "", tile.title), value, element("p", "note", tile.note));
  made.id = tile.id;
  return made;
}
