import { byId, cell, element, figure, header } from "./dom";
import { count, share, short, span } from "./format";
import { ownerColor } from "./palette";
import { restartButton } from "./restart";
import type { Member, Snapshot } from "./snapshot";

interface Column {
  title: string;
  cell: (member: Member, now: number) => HTMLElement;
}

/** The columns after the name and the partitions of each topic. */
const columns: Column[] = [
  { title: "Lag", cell: (member) => cell(short(member.lag)) },
  { title: "Entries/s", cell: (member) => cell(short(member.entriesPerSecond)) },
  { title: "Busy", cell: (member) => element("td", "busy-cell", busy(member.busy)) },
  { title: "Epoch", cell: (member) => cell(count(member.epoch)) },
  { title: "Up", cell: (member, now) => cell(span(now - member.startedAt)) },
  { title: "Duplicates", cell: ({ counters }) => cell(short(counters?.duplicates)) },
  { title: "Lost", cell: ({ counters }) => cell(count(counters?.lost), (counters?.lost ?? 0) > 0) },
  { title: "Misordered", cell: ({ counters }) => cell(count(counters?.misordered), (counters?.misordered ?? 0) > 0) },
];

export function showMembers(snapshot: Snapshot): void {
  const table = byId("members");
  // A button that is being pressed must not be replaced, and one that has the focus keeps it.
  if (table.querySelector("button:active")) return;
  const focused = table.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.restart : undefined;
  table.replaceChildren(content(snapshot));
  if (focused) table.querySelector<HTMLElement>(`[data-restart="${CSS.escape(focused)}"]`)?.focus();
}

function content({ members, topics, at }: Snapshot): HTMLElement {
  if (members === null) return element("p", "empty unknown", "unknown");
  if (members.length === 0) return element("p", "empty", "No feed generator reports.");
  const titles = ["Member", ...topics.map((topic) => topic.name), ...columns.map((column) => column.title), "Restart"];
  const head = element("tr", "", ...titles.map((title) => header(title, "col")));
  const rows = members.map((member) => row(member, at));
  return element("table", "grid", element("thead", "", head), element("tbody", "", ...rows));
}

function row(member: Member, now: number): HTMLElement {
  const name = header("", "row");
  const swatch = element("i", "swatch");
  swatch.style.background = ownerColor(member.id);
  name.append(element("span", "entry", swatch, link(member)));
  if (member.isSilent) name.append(element("span", "badge bad", `silent for ${span(now - member.reportedAt)}`));
  if (member.isLeaving) name.append(element("span", "badge busy", "leaving"));
  if (member.toCome > 0) name.append(element("span", "badge busy", `warm for ${count(member.warm)} of ${count(member.toCome)} to come`));
  if (member.restoring > 0) name.append(element("span", "badge busy", `restoring ${count(member.restoring)}`));
  const made = element("tr", member.isSilent ? "silent" : "", name);
  made.dataset.member = member.name;
  made.append(...member.partitions.map((partitions) => cell(count(partitions))), ...columns.map((column) => column.cell(member, now)), element("td", "", restartButton(member.name)));
  return made;
}

/** A link to the trending contents; any replica answers for all. */
function link(member: Member): Node | string {
  if (!/^https?:/.test(member.endpoint)) return member.name;
  const made = element("a", "", member.name);
  made.href = `${member.endpoint.replace(/\/$/, "")}/v1/trending`;
  made.rel = "noreferrer";
  return made;
}

function busy(ratio: number | null): HTMLElement {
  if (ratio === null) return figure("unknown");
  const fill = element("i");
  fill.style.width = `${Math.min(100, ratio * 100)}%`;
  return element("span", "meter", element("span", "track", fill), share(ratio));
}
