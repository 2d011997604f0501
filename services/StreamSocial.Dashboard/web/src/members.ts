import { byId, element, figure } from "./dom";
import { count, share, short, span } from "./format";
import { ownerColor } from "./palette";
import type { Member, Snapshot } from "./snapshot";

export function showMembers(snapshot: Snapshot): void {
  byId("members").replaceChildren(content(snapshot));
}

function content({ members, topics, at }: Snapshot): HTMLElement {
  if (members === null) return element("p", "empty unknown", "unknown");
  if (members.length === 0) return element("p", "empty", "No feed generator reports.");
  const titles = ["Member", ...topics.map((topic) => topic.name), "Lag", "Entries/s", "Busy", "Epoch", "Up", "Duplicates", "Lost", "Misordered"];
  const head = element("tr", "", ...titles.map((title) => header(title, "col")));
  const rows = members.map((member) => row(member, at));
  return element("table", "members", element("thead", "", head), element("tbody", "", ...rows));
}

function row(member: Member, now: number): HTMLElement {
  const { counters } = member;
  const name = header("", "row");
  const swatch = element("i", "swatch");
  swatch.style.background = ownerColor(member.id);
  name.append(element("span", "entry", swatch, link(member)));
  if (member.isSilent) name.append(element("span", "badge bad", `silent for ${span(now - member.reportedAt)}`));
  if (member.restoring > 0) name.append(element("span", "badge busy", `restoring ${count(member.restoring)}`));
  const made = element("tr", member.isSilent ? "silent" : "", name);
  made.dataset.member = member.name;
  made.append(
    ...member.partitions.map((partitions) => cell(count(partitions))),
    cell(short(member.lag)),
    cell(short(member.entriesPerSecond)),
    element("td", "busy-cell", busy(member.busy)),
    cell(count(member.epoch)),
    cell(span(now - member.startedAt)),
    cell(short(counters?.duplicates)),
    cell(count(counters?.lost), (counters?.lost ?? 0) > 0),
    cell(count(counters?.misordered), (counters?.misordered ?? 0) > 0),
  );
  return made;
}

/** To what it serves; any replica answers for all. */
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

function header(text: string, scope: string): HTMLElement {
  const made = element("th", "", text);
  made.scope = scope;
  return made;
}

function cell(text: string, isAlarm = false): HTMLElement {
  return element("td", isAlarm ? "alarm" : "", figure(text));
}
