import "./style.css";
import { AlertsView } from "./alerts/view";
import { showBrokers } from "./brokers";
import { Charts } from "./charts";
import { send } from "./control-requests";
import { Controls } from "./controls";
import { showDecisions } from "./decisions";
import { byId, element } from "./dom";
import { zone } from "./format";
import { Freshness } from "./freshness";
import { showGroups } from "./groups";
import { Maps } from "./maps";
import { showMembers } from "./members";
import { Operations } from "./operations/operations";
import { Stages } from "./operations/stages";
import { Rebalances } from "./rebalances";
import { DeadLetters } from "./records/dead-letters";
import { FeedLookup } from "./records/feed";
import { followRestarts } from "./restart";
import type { History, Snapshot } from "./snapshot";
import { followSnapshots } from "./source";
import { ServerClock } from "./stream";
import { showTiles } from "./tiles";
import { showTopics } from "./topics";
import { showViews } from "./views";

const clock = new ServerClock();
const freshness = new Freshness(clock);
const maps = new Maps();
const charts = new Charts();
const rebalances = new Rebalances();
const controls = new Controls();
const operations = new Operations();
const stages = new Stages();
const alerts = new AlertsView();
let latest: Snapshot | null = null;
const historyRetryMs = 2000;
let historyLoads = 0;

function showNotices(snapshot: Snapshot): void {
  byId("demo").hidden = !snapshot.isDemo;
  const missing = byId("unknown");
  missing.hidden = snapshot.unknown.length === 0;
  missing.textContent = `Not known at the moment: ${snapshot.unknown.join(", ")}.`;
  byId("links").replaceChildren(
    ...snapshot.links.map(({ title, url }) => {
      const link = element("a", "", title);
      link.href = url;
      link.rel = "noreferrer";
      return link;
    }),
  );
}

/**
 * With each connection: what happened in between is missing, and another run of the service has a history of its own. Without an answer it asks again: the
 * charts would begin with now until the next connection.
 */
async function loadHistory(): Promise<void> {
  const load = ++historyLoads;
  latest = null;
  const history = await send("GET", "api/history")
    .then((response) => (response?.ok ? (response.json() as Promise<History>) : null))
    .catch(() => null);
  if (load !== historyLoads) return;
  if (history === null) {
    setTimeout(() => load === historyLoads && void loadHistory(), historyRetryMs);
    return;
  }
  charts.load(history);
  addLatest(history);
}

/** The history may be older than what has come in the meantime. What is older than its last point is in it; a chart would take it for a clock that was set back. */
function addLatest({ at }: History): void {
  if (latest && latest.at > (at.at(-1) ?? 0)) charts.add(latest);
}

function show(snapshot: Snapshot): void {
  latest = snapshot;
  byId("version").textContent = String(snapshot.version);
  byId("zone").textContent = zone(snapshot.at);
  document.body.dataset.version = String(snapshot.version);
  showNotices(snapshot);
  showTiles(snapshot);
  maps.show(snapshot);
  charts.add(snapshot);
  rebalances.show(snapshot, charts.lengthMs);
  controls.show(snapshot);
  showMembers(snapshot);
  feed.show(snapshot);
  deadLetters.show(snapshot);
  showTopics(snapshot);
  showGroups(snapshot);
  showBrokers(snapshot);
  alerts.show(snapshot);
  operations.show(snapshot);
  stages.show(snapshot);
  showDecisions(snapshot);
  // What cannot be drawn is not live.
  freshness.received(snapshot);
}

showViews();
followRestarts(byId("members"));
const feed = new FeedLookup();
const deadLetters = new DeadLetters();

function failed(reason: string): void {
  freshness.failed(reason);
  controls.lost();
}

/** With each connection: the dashboard may have been started again in between. */
function opened(): void {
  for (const panel of [controls, operations, stages, alerts, deadLetters]) panel.restarted();
  void loadHistory();
}

followSnapshots({ opened, received: show, alive: () => freshness.heard(), failed }, clock);
