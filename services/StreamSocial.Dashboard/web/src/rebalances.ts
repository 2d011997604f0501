import { byId, element, figure } from "./dom";
import { bytes, clock, count, decimal, duration } from "./format";
import { Gantt } from "./gantt";
import type { Rebalance, Snapshot } from "./snapshot";

/** The timeline of rebalances: a table of them, and what each replica did in one of them or in all. */
export class Rebalances {
  private readonly gantt = new Gantt();
  private readonly buttons = [...document.querySelectorAll<HTMLButtonElement>("#rebalance-view button")];
  private latest: Snapshot | null = null;
  private drawn = "";
  /** The start of the rebalance that is shown; null for the latest, or all of them. */
  private chosen: number | null = null;
  private showsAll = false;

  constructor() {
    for (const button of this.buttons) button.addEventListener("click", () => this.choose(null, button.dataset.view === "all"));
  }

  show(snapshot: Snapshot, lengthMs: number): void {
    this.latest = snapshot;
    const { rebalances, at } = snapshot;
    if (this.chosen !== null && !rebalances?.some((rebalance) => rebalance.startedAt === this.chosen)) this.chosen = null;
    const shown = this.chosen === null ? (rebalances?.[0] ?? null) : (rebalances?.find((rebalance) => rebalance.startedAt === this.chosen) ?? null);
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(this.chosen === null && (button.dataset.view === "all") === this.showsAll));

    // Rebuilt only when something changed: whoever points at a row, or has the focus there, keeps it.
    const state = JSON.stringify([rebalances, shown?.startedAt, this.showsAll, rebalances?.some((rebalance) => rebalance.endedAt === null) ? at : 0]);
    if (state !== this.drawn) {
      this.drawn = state;
      const focused = (document.activeElement as HTMLElement | null)?.dataset.rebalance;
      byId("rebalances").replaceChildren(this.content(rebalances, this.showsAll ? null : shown, at));
      if (focused) document.querySelector<HTMLElement>(`button[data-rebalance="${focused}"]`)?.focus();
      byId("rebalance-details").replaceChildren(...(shown && !this.showsAll ? details(shown) : []));
    }
    this.gantt.show(rebalances ?? [], this.showsAll ? null : shown, at, lengthMs);
  }

  private choose(startedAt: number | null, showsAll: boolean): void {
    this.chosen = startedAt;
    this.showsAll = showsAll;
    if (this.latest) this.show(this.latest, this.gantt.lengthMs);
  }

  private content(rebalances: Rebalance[] | null, shown: Rebalance | null, now: number): HTMLElement {
    if (rebalances === null) return element("p", "empty unknown", "unknown");
    if (rebalances.length === 0) return element("p", "empty", "No rebalance in the last minutes.");
    const titles = ["Began", "Took", "Paused", "Moved", "Restored"];
    const head = element("tr", "", ...titles.map((title) => scoped(element("th", "", title), "col")));
    return element("table", "rebalances", element("thead", "", head), element("tbody", "", ...rebalances.map((rebalance) => this.row(rebalance, rebalance === shown, now))));
  }

  private row(rebalance: Rebalance, isShown: boolean, now: number): HTMLElement {
    const button = element("button", "link", clock(rebalance.startedAt));
    button.type = "button";
    button.dataset.rebalance = String(rebalance.startedAt);
    button.setAttribute("aria-pressed", String(isShown));
    button.title = "Show what each replica did";
    button.addEventListener("click", () => this.choose(rebalance.startedAt, false));
    const isOpen = rebalance.endedAt === null;
    const took = duration((rebalance.endedAt ?? now) - rebalance.startedAt);
    const made = element(
      "tr",
      isShown ? "shown" : "",
      scoped(element("th", "", button), "row"),
      element("td", "", isOpen ? element("span", "badge busy", `${took} so far`) : took),
      element("td", "paused", pausedText(rebalance), " ", element("small", "dim", `${count(rebalance.pausedPartitions)} partitions`)),
      element("td", rebalance.moved > rebalance.minimumMoved ? "moved more" : "moved", movedText(rebalance)),
      element("td", "restored", figure(isOpen ? "…" : bytes(rebalance.restoredBytes))),
    );
    made.dataset.rebalance = String(rebalance.startedAt);
    return made;
  }
}

/** A pause whose beginning nobody told is counted from when the partition got its next owner: then the sum is a lower bound. */
function pausedText({ pausedPartitionSeconds, unknownStarts }: Rebalance): string {
  return `${unknownStarts > 0 ? "≥ " : ""}${decimal(pausedPartitionSeconds)} partition-s`;
}

function movedText({ moved, minimumMoved, placed }: Rebalance): string {
  const first = placed > 0 ? `${count(placed)} placed` : "";
  return moved === 0 && first ? first : `${count(moved)} of ${count(minimumMoved)} needed${first ? `, ${first}` : ""}`;
}

function details(rebalance: Rebalance): HTMLElement[] {
  if (rebalance.paused.length === 0) return [element("p", "dim", "No partition that ran before was paused.")];
  return [
    ...rebalance.paused.map(({ topic, count: paused, partitions }) => element("p", "", element("b", "", topic), ` ${count(paused)} paused: `, element("span", "dim", partitions))),
    ...(rebalance.unknownStarts > 0
      ? [element("p", "dim", `${count(rebalance.unknownStarts)} of them had an owner that went without a word; their pause is counted from their assignment on.`)]
      : []),
  ];
}

function scoped(cell: HTMLTableCellElement, scope: string): HTMLTableCellElement {
  cell.scope = scope;
  return cell;
}
