import { bindOperator, explain, send } from "../control-requests";
import { byId, element, header } from "../dom";
import { dateTime, span } from "../format";
import { Reload } from "../reload";
import type { Snapshot } from "../snapshot";
import { showBanner } from "./banner";
import { describe, type Alert, type AlertsDocument } from "./model";

/** What fires, what was resolved, and the silences. */
export class AlertsView {
  private drawn = "";
  private document: AlertsDocument | null = null;
  private readonly reload = new Reload("alerts-resolved", () => this.load());

  constructor() {
    bindOperator(byId("silence-by") as HTMLInputElement);
  }

  show({ alerts, at, versions }: Snapshot): void {
    showBanner(alerts);
    const firing = (alerts ?? []).filter(({ status }) => status === "firing").length;
    byId("alerts-count").textContent = firing > 0 ? String(firing) : "";
    const state = JSON.stringify(alerts ?? null);
    // Rebuilt only when something changed: whoever has the focus on a button keeps it.
    if (state !== this.drawn) {
      this.drawn = state;
      byId("alerts-active").replaceChildren(alerts ? active(alerts, (alert) => void this.silence(alert)) : element("p", "empty unknown", "unknown"));
    }
    for (const cell of byId("alerts-active").querySelectorAll<HTMLElement>("[data-since]")) cell.textContent = since(Number(cell.dataset.since), at);
    // While the alerts are unknown the dashboard has nothing to answer.
    if (versions.alerts !== null) this.reload.show(versions.alerts);
  }

  restarted(): void {
    this.reload.forget();
  }

  private async load(): Promise<boolean> {
    const response = await send("GET", "api/alerts");
    const loaded = response?.ok ? ((await response.json()) as AlertsDocument) : null;
    if (JSON.stringify(loaded) === JSON.stringify(this.document)) return loaded !== null;
    this.document = loaded;
    byId("alerts-resolved").replaceChildren(loaded ? resolved(loaded) : element("p", "empty unknown", "unknown"));
    byId("alerts-silences").replaceChildren(loaded ? silences(loaded, (id) => void this.unsilence(id)) : element("p", "empty unknown", "unknown"));
    byId("alerts-receiver").textContent = loaded ? receiver(loaded) : "";
    return loaded !== null;
  }

  private async silence({ rule, labels }: Alert): Promise<void> {
    const seconds = Number((byId("silence-duration") as HTMLSelectElement).value);
    const comment = (byId("silence-comment") as HTMLInputElement).value.trim();
    await this.ask("POST", "api/silences", { matchers: { alertname: rule, ...labels }, forSeconds: seconds, comment: comment || null }, `${rule} is silenced.`);
  }

  private async unsilence(id: string): Promise<void> {
    await this.ask("DELETE", `api/silences/${encodeURIComponent(id)}`, null, "The silence is over.");
  }

  private async ask(method: string, path: string, body: object | null, done: string): Promise<void> {
    byId("alerts-note").textContent = "Asking…";
    const response = await send(method, path, body);
    byId("alerts-note").textContent = response?.ok ? done : await explain(response);
    await this.load();
  }
}

function active(alerts: Alert[], silence: (alert: Alert) => void): HTMLElement {
  if (alerts.length === 0) return element("p", "empty", "Nothing fires.");
  return table(["Alert", "Severity", "Since", "What", "What to do", ""], alerts.map((alert) => activeRow(alert, silence)));
}

function since(then: number, now: number): string {
  return `${dateTime(then)}, ${span(now - then)}`;
}

function activeRow(alert: Alert, silence: (alert: Alert) => void): HTMLElement {
  const button = element("button", "link", "Silence");
  button.type = "button";
  button.setAttribute("aria-label", `Silence ${alert.rule} ${describe(alert.labels)}`);
  button.addEventListener("click", () => silence(alert));
  const name = header(alert.rule, "row");
  const isSilenced = alert.silencedUntil !== null;
  name.append(element("span", alert.status === "firing" && !isSilenced ? "badge bad" : "badge busy", isSilenced ? `silenced until ${dateTime(alert.silencedUntil ?? 0)}` : alert.status));
  const duration = element("td");
  duration.dataset.since = String(alert.since);
  const made = element(
    "tr",
    "",
    name,
    element("td", "", alert.severity),
    duration,
    element("td", "words", alert.text),
    element("td", "words dim", alert.remedy),
    element("td", "", ...(isSilenced ? [] : [button])),
  );
  made.dataset.alert = alert.rule;
  made.dataset.status = isSilenced ? "silenced" : alert.status;
  return made;
}

function resolved({ resolved: episodes }: AlertsDocument): HTMLElement {
  if (episodes.length === 0) return element("p", "empty", "Nothing has been resolved yet.");
  return table(
    ["Alert", "Severity", "Fired", "Resolved", "What"],
    episodes.map((episode) => {
      const made = element(
        "tr",
        "",
        header(episode.rule, "row"),
        element("td", "", episode.severity),
        element("td", "", dateTime(episode.firedAt)),
        element("td", "", `${dateTime(episode.resolvedAt)}, after ${span(episode.resolvedAt - episode.firedAt)}`),
        element("td", "words", episode.text),
      );
      made.dataset.resolved = episode.rule;
      return made;
    }),
  );
}

function silences({ silences: all }: AlertsDocument, end: (id: string) => void): HTMLElement {
  if (all.length === 0) return element("p", "empty", "Nothing is silenced.");
  return table(
    ["Matches", "Until", "By", "Why", ""],
    all.map(({ id, matchers, until, createdBy, comment }) => {
      const button = element("button", "link", "End");
      button.type = "button";
      button.setAttribute("aria-label", `End the silence of ${describe(matchers)}`);
      button.addEventListener("click", () => end(id));
      const made = element("tr", "", header(describe(matchers), "row"), element("td", "", dateTime(until)), element("td", "", createdBy), element("td", "words", comment), element("td", "", button));
      made.dataset.silence = id;
      return made;
    }),
  );
}

function receiver({ receiver: state }: AlertsDocument): string {
  if (state === null) return "No receiver is configured (Alerts:Webhook:Url).";
  if (state.problem !== null) return `${state.problem} ${state.undelivered} alerts wait to be told.`;
  return state.undelivered === 0 ? "The receiver knows of everything." : `${state.undelivered} alerts wait to be told.`;
}

function table(titles: string[], rows: HTMLElement[]): HTMLElement {
  const head = element("tr", "", ...titles.map((title) => header(title, "col")));
  return element("table", "grid prose", element("thead", "", head), element("tbody", "", ...rows));
}
