import { send } from "../control-requests";
import { byId, cell, element, header } from "../dom";
import { dateTime } from "../format";
import { Reload } from "../reload";
import type { Snapshot } from "../snapshot";

export interface Operation {
  id: string;
  startedAt: string;
  finishedAt: string | null;
  by: string;
  via: string;
  kind: string;
  target: string;
  parameters: Record<string, string>;
  outcome: "started" | "done" | "failed";
  detail: string;
}

const titles = ["Time", "Who", "Action", "Target", "Outcome"];

/** The log of actions. */
export class Operations {
  private readonly reload = new Reload("operations", () => this.load());
  private shown = "";

  constructor() {
    document.addEventListener("operations-changed", () => void this.load());
  }

  show({ versions }: Snapshot): void {
    this.reload.show(versions.operations);
  }

  restarted(): void {
    this.reload.forget();
  }

  private async load(): Promise<boolean> {
    const panel = byId("operations");
    const response = await send("GET", "api/operations");
    const text = response?.ok ? await response.text() : "";
    if (text === this.shown && panel.hasChildNodes()) return text !== "";
    this.shown = text;
    panel.replaceChildren(text ? content((JSON.parse(text) as { operations: Operation[] }).operations) : element("p", "empty unknown", "unknown"));
    return text !== "";
  }
}

function content(operations: Operation[]): HTMLElement {
  if (operations.length === 0) return element("p", "empty", "Nobody has done anything yet.");
  const head = element("tr", "", ...titles.map((title) => header(title, "col")));
  return element("table", "grid prose operations", element("thead", "", head), element("tbody", "", ...operations.map(row)));
}

function row(operation: Operation): HTMLElement {
  const { startedAt, by, via, kind, target, parameters, outcome, detail } = operation;
  const how = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const time = element("time", "", dateTime(Date.parse(startedAt)));
  time.dateTime = startedAt;
  const said = outcome === "started" ? "begun; not known to be over" : detail;
  const made = element(
    "tr",
    "",
    element("td", "", time),
    element("td", "", by, " ", element("span", "dim", via)),
    cell(kind),
    element("td", "", target, ...(how.length > 0 ? [" ", element("span", "dim", how.join(", "))] : [])),
    element("td", outcome === "done" ? "" : "alarm", element("b", "", outcome), " ", said),
  );
  made.dataset.outcome = outcome;
  return made;
}
