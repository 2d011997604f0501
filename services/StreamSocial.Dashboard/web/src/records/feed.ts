import { explain, send } from "../control-requests";
import { byId, cell, element, header } from "../dom";
import { clock, count, dateTime } from "../format";
import type { Snapshot } from "../snapshot";

interface Entry {
  actionId: string;
  type: string;
  authorId: string;
  contentId: string;
  text: string;
  occurredAt: number;
  traceId: string | null;
}

interface Feed {
  user: string;
  partition: number;
  owner: { id: string; name: string | null } | null;
  at: number;
  entries: Entry[];
  hasMore: boolean;
}

const pollInterval = 1_000;
const parameter = "user";
const titles = ["Time", "Type", "Author", "Content", "Text", "Trace"];

/**
 * A user's feed, asked for each second, while its view is shown and the tab is visible: what the replicas hold of one user is in no snapshot, and nobody else could say
 * that it changed.
 */
export class FeedLookup {
  private readonly input = byId("feed-user") as HTMLInputElement;
  private user = new URL(location.href).searchParams.get(parameter) ?? "";
  private traces: string | null = null;
  private shown = "";
  private isAsking = false;

  constructor() {
    this.input.value = this.user;
    byId("feed-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.user = this.input.value.trim();
      const address = new URL(location.href);
      if (this.user) address.searchParams.set(parameter, this.user);
      else address.searchParams.delete(parameter);
      history.replaceState(null, "", address);
      this.shown = "";
      byId("feed").replaceChildren();
      byId("feed-owner").textContent = this.user ? "Asking…" : "";
      void this.poll();
    });
    void this.poll();
    setInterval(() => void this.poll(), pollInterval);
  }

  /** The page of the Aspire dashboard, if one is there, has the traces. */
  show({ links }: Snapshot): void {
    const page = links.find(({ title }) => title === "Aspire dashboard");
    this.traces = page ? new URL(page.url).origin : null;
  }

  private async poll(): Promise<void> {
    const isHidden = document.hidden || byId("feed").closest<HTMLElement>(".view")?.hidden !== false;
    if (!this.user || isHidden || this.isAsking) return;
    const { user } = this;
    this.isAsking = true;
    const response = await send("GET", `api/feeds/${encodeURIComponent(user)}`);
    this.isAsking = false;
    if (user !== this.user) return;
    if (!response?.ok) {
      this.shown = "";
      byId("feed-owner").textContent = "";
      byId("feed").replaceChildren(element("p", "empty unknown", `unknown: ${await explain(response)}`));
      return;
    }
    const feed = (await response.json()) as Feed;
    byId("feed-owner").textContent = owner(feed);
    const text = JSON.stringify([feed.entries, this.traces]);
    if (text === this.shown) return;
    this.shown = text;
    byId("feed").replaceChildren(this.content(feed));
  }

  private content({ user, entries, hasMore }: Feed): HTMLElement {
    if (entries.length === 0) return element("p", "empty", `The feed of ${user} is empty.`);
    const head = element("tr", "", ...titles.map((title) => header(title, "col")));
    const table = element("table", "grid prose letters", element("thead", "", head), element("tbody", "", ...entries.map((entry) => this.row(entry))));
    return hasMore ? element("div", "", table, element("p", "hint", `The newest ${count(entries.length)}; there are older ones.`)) : table;
  }

  private row(entry: Entry): HTMLElement {
    const made = element(
      "tr",
      "",
      cell(dateTime(entry.occurredAt)),
      element("td", "", entry.type),
      element("td", "", entry.authorId),
      element("td", "", entry.contentId),
      element("td", "error", entry.text),
      element("td", "", this.trace(entry)),
    );
    made.dataset.action = entry.actionId;
    return made;
  }

  private trace({ traceId }: Entry): Node | string {
    if (traceId === null) return element("span", "dim", "not known");
    if (this.traces === null) return traceId.slice(0, 8);
    const link = element("a", "", traceId.slice(0, 8));
    link.href = `${this.traces}/traces/detail/${traceId}`;
    link.rel = "noreferrer";
    return link;
  }
}

function owner(feed: Feed): string {
  const who = feed.owner === null ? "no replica is known to own" : `${feed.owner.name ?? feed.owner.id} owns`;
  return `${who} partition ${count(feed.partition)}; read at ${clock(feed.at)}`;
}
