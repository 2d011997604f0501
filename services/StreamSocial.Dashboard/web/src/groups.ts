import { cell, element } from "./dom";
import { age, bytes, count, share, short } from "./format";
import { Grid } from "./grid";
import type { ConsumerGroup, Member, Snapshot } from "./snapshot";

const groups = new Grid<ConsumerGroup>({
  id: "groups",
  label: "consumer groups",
  key: (group) => group.id,
  columns: [
    { id: "group", title: "Group", value: (group) => group.id, cell: (group) => named(group.id, group.isForeign) },
    { id: "state", title: "State", value: (group) => group.state },
    { id: "protocol", title: "Protocol", value: (group) => group.type },
    { id: "reads", title: "Reads", value: (group) => group.topics.map(({ name }) => name).join(", "), cell: reads },
    { id: "lag", title: "Lag", value: (group) => group.lag, cell: (group) => cell(short(group.lag)) },
    { id: "age", title: "Oldest waits", value: (group) => group.oldestAgeMs, cell: (group) => cell(`${group.isAgeAtLeast ? "≥ " : ""}${age(group.oldestAgeMs)}`) },
    { id: "members", title: "Members", value: (group) => group.members.length },
    { id: "balance", title: "Partitions, max − min", value: (group) => group.partitionSpread, cell: (group) => cell(group.members.length === 0 ? "no members" : count(group.partitionSpread)) },
    { id: "spread", title: "Lag, max − min", value: (group) => group.lagSpread, cell: (group) => cell(group.members.length === 0 ? "no members" : short(group.lagSpread)) },
  ],
  details: ({ members }) => (members.length === 0 ? null : element("span", "", members.map(described).join("; "), ".")),
  decorate: (row, group) => {
    row.dataset.group = group.id;
    row.dataset.foreign = String(group.isForeign);
  },
});

const members = new Grid<Member>({
  id: "group-members",
  label: "feed generators",
  key: (member) => member.id,
  columns: [
    { id: "member", title: "Member", value: (member) => member.name },
    { id: "partitions", title: "Partitions", value: (member) => member.load.owned, cell: (member) => cell(count(member.load.owned)) },
    { id: "restored", title: "Restored", value: (member) => member.load.restored, cell: restored },
    { id: "lag", title: "Lag", value: (member) => member.lag, cell: (member) => cell(short(member.lag)) },
    { id: "lanes", title: "Lanes", value: (member) => member.load.lanes, cell: (member) => cell(count(member.load.lanes)) },
    { id: "rate", title: "Entries/s", value: (member) => member.entriesPerSecond, cell: (member) => cell(short(member.entriesPerSecond)) },
    { id: "true-rate", title: "True rate", value: (member) => member.trueRate, cell: (member) => cell(short(member.trueRate)) },
    { id: "busy", title: "Busy", value: (member) => member.busy, cell: (member) => cell(share(member.busy)) },
    { id: "memory", title: "Memory", value: (member) => member.load.memoryBytes, cell: memory },
    { id: "state", title: "State", value: (member) => member.load.stateBytes, cell: (member) => cell(bytes(member.load.stateBytes)) },
    { id: "entries", title: "Stored entries", value: (member) => member.load.entries, cell: (member) => cell(short(member.load.entries)) },
  ],
  decorate: (row, member) => {
    row.dataset.member = member.name;
    row.classList.toggle("silent", member.isSilent);
  },
});

export function showGroups(snapshot: Snapshot): void {
  groups.show(snapshot.groups);
  members.show(snapshot.members);
}

function named(name: string, isForeign: boolean): HTMLElement {
  const made = element("td", "", name);
  if (isForeign) made.append(element("span", "badge busy", "foreign"));
  return made;
}

function reads({ topics }: ConsumerGroup): HTMLElement {
  return element("td", "words", topics.map(({ name, partitions }) => `${name} (${count(partitions)})`).join(", "));
}

function described({ name, host, isForeign, partitions, lag }: ConsumerGroup["members"][number]): string {
  return `${name}${isForeign ? ` (foreign, from ${host.replace(/^\//, "")})` : ""}: ${count(partitions)} partitions, lag ${short(lag)}`;
}

function restored({ load }: Member): HTMLElement {
  return cell(load.owned === 0 ? "nothing owned" : `${count(load.restored)} (${share(load.restored / load.owned)})`);
}

function memory({ load }: Member): HTMLElement {
  return cell(load.memoryLimitBytes === null ? bytes(load.memoryBytes) : `${bytes(load.memoryBytes)} of ${bytes(load.memoryLimitBytes)}`);
}
