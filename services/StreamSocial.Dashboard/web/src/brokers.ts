import { byId, cell, element, header } from "./dom";
import { clock, count } from "./format";
import type { Broker, Cluster, Snapshot } from "./snapshot";

const titles = ["Broker", "Address", "Status", "Leads", "Prefers", "Copies", "In sync"];

export function showBrokers({ cluster }: Snapshot): void {
  byId("broker-partitions").textContent = cluster === null ? "" : summary(cluster);
  byId("brokers").replaceChildren(cluster === null ? element("p", "empty unknown", "unknown") : table(cluster));
}

/** What lacks copies, topic by topic; nothing is said of what is as it should be. */
function summary({ offline, underReplicated, underMinInSync, notPreferred, lacking }: Cluster): string {
  const sums = `${count(offline)} partitions offline, ${count(underReplicated)} under-replicated, ${count(underMinInSync)} below min.insync.replicas, ${count(notPreferred)} not led by their preferred leader.`;
  const behind = lacking.filter((topic) => topic.underReplicated > 0).map((topic) => `${topic.name} ${count(topic.underReplicated)}`);
  return behind.length === 0 ? sums : `${sums} Under-replicated: ${behind.join(", ")}.`;
}

function table({ brokers, controllerId }: Cluster): HTMLElement {
  const head = element("tr", "", ...titles.map((title) => header(title, "col")));
  return element("table", "grid", element("thead", "", head), element("tbody", "", ...brokers.map((broker) => row(broker, broker.id === controllerId))));
}

function row(broker: Broker, isController: boolean): HTMLElement {
  const name = header(String(broker.id), "row");
  if (isController) name.append(element("span", "badge busy", "controller"));
  const isRunning = broker.status === "running";
  const made = element(
    "tr",
    "",
    name,
    cell(broker.address ?? "unknown"),
    cell(isRunning ? broker.status : `${broker.status} since ${clock(broker.since)}`, !isRunning),
    cell(count(broker.leaders)),
    cell(count(broker.preferred)),
    cell(count(broker.replicas)),
    cell(count(broker.inSync), broker.inSync < broker.replicas),
  );
  made.dataset.broker = String(broker.id);
  made.dataset.status = broker.status;
  return made;
}
