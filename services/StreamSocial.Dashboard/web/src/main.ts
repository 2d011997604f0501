import "./style.css";
import { Charts } from "./charts";
import { Controls } from "./controls";
import { showDecisions } from "./decisions";
import { byId, element } from "./dom";
import { Freshness } from "./freshness";
import { Maps } from "./maps";
import { showMembers } from "./members";
import { Rebalances } from "./rebalances";
import type { History, Snapshot } from "./snapshot";
import { ServerClock, SnapshotStream } from "./stream";
import { showTiles } from "./tiles";

const clock = new ServerClock();
const freshness = new Freshness(clock);
const maps = new Maps();
const charts = new Charts();
const rebalances = new Rebalances();
const controls = new Controls();

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

/** With each connection: what happened in between is missing, and another run of the service has a history of its own. */
async function loadHistory(signal: AbortSignal): Promise<void> {
  const response = await fetch("/api/history", { signal, cache: "no-store" });
  if (response.ok) charts.load((await response.json()) as History);
}

function show(snapshot: Snapshot): void {
  freshness.received(snapshot);
  byId("version").textContent = String(snapshot.version);
  document.body.dataset.version = String(snapshot.version);
  showNotices(snapshot);
  showTiles(snapshot);
  maps.show(snapshot);
  charts.add(snapshot);
  rebalances.show(snapshot, charts.lengthMs);
  controls.show(snapshot);
  showMembers(snapshot);
  showDecisions(snapshot);
}

void new SnapshotStream({ opened: loadHistory, received: show, failed: (reason) => freshness.failed(reason) }, clock).follow();
