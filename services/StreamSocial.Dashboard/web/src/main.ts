import "./style.css";
import { Charts } from "./charts";
import { showDecisions } from "./decisions";
import { byId, element } from "./dom";
import { Maps } from "./maps";
import { showMembers } from "./members";
import type { History, Snapshot } from "./snapshot";
import { showTiles } from "./tiles";

const maps = new Maps();
const charts = new Charts();
let seenVersion = 0;

/** Says whether the page is up to date; a frozen figure that looks live would be a lie. */
function setState(state: "live" | "waiting" | "lost", text: string): void {
  byId("status").dataset.state = state;
  if (byId("status-text").textContent !== text) byId("status-text").textContent = text;
}

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

async function loadHistory(): Promise<void> {
  const response = await fetch("/api/history");
  if (response.ok) charts.load((await response.json()) as History);
}

function show(snapshot: Snapshot): void {
  // A lower version is another run of the service, with a history of its own.
  if (snapshot.version < seenVersion) void loadHistory();
  seenVersion = snapshot.version;
  setState("live", "Live");
  byId("version").textContent = String(snapshot.version);
  document.body.dataset.version = String(snapshot.version);
  showNotices(snapshot);
  showTiles(snapshot);
  maps.show(snapshot);
  charts.add(snapshot);
  showMembers(snapshot);
  showDecisions(snapshot);
}

function connect(): void {
  const stream = new EventSource("/api/stream");
  stream.addEventListener("snapshot", (event: MessageEvent<string>) => show(JSON.parse(event.data) as Snapshot));
  stream.addEventListener("error", () => setState("lost", "Connection lost, reconnecting"));
}

loadHistory().finally(connect);
