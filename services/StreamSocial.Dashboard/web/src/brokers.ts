import { byId, cell, element } from "./dom";
import { bytes, count, dateTime, decimal, rate, share, unknown } from "./format";
import { Grid, type Column } from "./grid";
import type { Broker, BrokerFigures, Cluster, Snapshot } from "./snapshot";

/** A broker with what the cluster says of it. */
type Row = Broker & { isController: boolean };

const words: Record<Broker["status"], string> = { running: "running", starting: "starting", recovering: "recovering", shuttingDown: "shutting down", unreachable: "unreachable", down: "down" };

const grid = new Grid<Row>({
  id: "brokers",
  label: "brokers",
  key: (broker) => String(broker.id),
  columns: [
    { id: "broker", title: "Broker", value: (broker) => broker.id, cell: named },
    { id: "address", title: "Address", value: (broker) => broker.address },
    { id: "status", title: "Status", value: (broker) => status(broker), cell: (broker) => cell(status(broker), broker.status !== "running") },
    { id: "leads", title: "Leads", value: (broker) => broker.leaders, cell: (broker) => cell(count(broker.leaders)) },
    { id: "prefers", title: "Prefers", value: (broker) => broker.preferred, cell: (broker) => cell(count(broker.preferred)) },
    { id: "copies", title: "Copies", value: (broker) => broker.replicas, cell: (broker) => cell(count(broker.replicas)) },
    { id: "synced", title: "In sync", value: (broker) => broker.inSync, cell: (broker) => cell(count(broker.inSync), broker.inSync < broker.replicas) },
    own("in", "Bytes in", (figures) => figures.bytesInPerSecond, perSecond),
    own("out", "Bytes out", (figures) => figures.bytesOutPerSecond, perSecond),
    own("requests", "Requests", (figures) => figures.requestsPerSecond, rate),
    own("produce", "Produce p99", (figures) => figures.produceP99Ms, milliseconds),
    own("fetch", "Fetch p99", (figures) => figures.fetchP99Ms, milliseconds),
    own("shrinks", "ISR shrinks", (figures) => figures.isrShrinks, count),
    own("gc", "GC", (figures) => figures.gcShare, share),
    own("log", "Log size", (figures) => figures.logBytes, bytes),
    own("quorum", "Quorum lag", (figures) => figures.quorumLag, count),
  ],
  decorate: (row, broker) => {
    row.dataset.broker = String(broker.id);
    row.dataset.status = broker.status;
  },
});

export function showBrokers({ cluster }: Snapshot): void {
  byId("broker-partitions").textContent = cluster === null ? "" : `${summary(cluster)} ${quorum(cluster)}`;
  grid.show(cluster?.brokers.map((broker) => ({ ...broker, isController: broker.id === cluster.controllerId })) ?? null);
}

/** A figure that the broker tells over JMX. */
function own(id: string, title: string, value: (figures: BrokerFigures) => number | null, text: (value: number | null) => string): Column<Row> {
  const read = ({ figures }: Row) => (figures === null ? null : value(figures));
  return { id, title, value: read, cell: (broker) => cell(text(read(broker))) };
}

function perSecond(value: number | null): string {
  return value === null ? unknown : `${bytes(value)}/s`;
}

function milliseconds(value: number | null): string {
  return value === null ? unknown : `${decimal(value)} ms`;
}

function status(broker: Broker): string {
  return broker.status === "running" ? words.running : `${words[broker.status]} since ${dateTime(broker.since)}`;
}

function named(broker: Row): HTMLElement {
  const made = element("td", "", String(broker.id));
  if (broker.isController) made.append(element("span", "badge busy", "controller"));
  return made;
}

/** What the controllers' quorum is, and why a figure of JMX is unknown. */
function quorum({ brokers }: Cluster): string {
  const figures = brokers.flatMap((broker) => broker.figures ?? []);
  if (figures.length === 0) return "What only JMX knows is unknown: no exporter is configured (Kafka:Jmx, Kafka:JmxAddresses).";
  const problems = figures.filter(({ problem }) => problem !== null).map(({ broker, problem }) => `Broker ${broker}: ${problem}.`);
  const voters = figures.find((figure) => figure.voters !== null)?.voters ?? null;
  const controllers = figures.every((figure) => figure.activeControllers !== null) ? figures.reduce((sum, figure) => sum + (figure.activeControllers ?? 0), 0) : null;
  return [`The quorum has ${count(voters)} voters and ${count(controllers)} active controllers.`, ...problems].join(" ");
}

/** What lacks copies, topic by topic; nothing is said of what is as it should be. */
function summary({ offline, underReplicated, underMinInSync, notPreferred, lacking }: Cluster): string {
  const sums = `${count(offline)} partitions offline, ${count(underReplicated)} under-replicated, ${count(underMinInSync)} below min.insync.replicas, ${count(notPreferred)} not led by their preferred leader.`;
  const behind = lacking.filter((topic) => topic.underReplicated > 0).map((topic) => `${topic.name} ${count(topic.underReplicated)}`);
  return behind.length === 0 ? sums : `${sums} Under-replicated: ${behind.join(", ")}.`;
}
