import { byId, element } from "./dom";
import { HeatMap } from "./heatmap";
import { modeOf, scales, states, type Mode } from "./modes";
import { causeColor, heatColor, onSchemeChange, ownerColor, palette } from "./palette";
import type { Snapshot } from "./snapshot";

/** The heat maps of all topics with their legend, the toggle and the tip. */
export class Maps {
  private readonly maps = new Map<string, HeatMap>();
  private readonly container = byId("maps");
  private readonly tip = byId("tip");
  private colors = palette();
  private mode: Mode = "lag";
  private latest: Snapshot | null = null;

  constructor() {
    const buttons = [...document.querySelectorAll<HTMLButtonElement>("#heat-mode button")];
    for (const button of buttons) {
      button.addEventListener("click", () => {
        this.mode = modeOf(button.dataset.mode);
        for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
        this.redraw();
      });
    }
    new ResizeObserver(() => this.redraw()).observe(this.container);
    onSchemeChange(() => {
      this.colors = palette();
      this.redraw();
    });
  }

  show(snapshot: Snapshot): void {
    this.latest = snapshot;
    const total = snapshot.topics.reduce((sum, topic) => sum + (topic.lags?.length ?? 0), 0);
    const isWide = this.container.clientWidth >= 900;
    const rows = isWide ? Math.max(3, Math.round(Math.sqrt(total / 6.25))) : null;
    // Widths in proportion to the partitions give cells of one size and maps of one height.
    this.container.style.gridTemplateColumns = rows === null ? "" : snapshot.topics.map((topic) => `${Math.max(3, Math.ceil((topic.lags?.length ?? 0) / rows))}fr`).join(" ");
    for (const topic of snapshot.topics) {
      let map = this.maps.get(topic.name);
      if (!map) {
        map = new HeatMap((lines, at) => this.describe(lines, at));
        this.maps.set(topic.name, map);
        this.container.append(map.root);
      }
      map.show({ topic, members: snapshot.members, causes: snapshot.causes, mode: this.mode, colors: this.colors, rows });
    }
    this.showLegend(snapshot);
  }

  private redraw(): void {
    if (this.latest) this.show(this.latest);
  }

  private showLegend(snapshot: Snapshot): void {
    const legend = byId("legend");
    if (this.mode === "owner") {
      legend.replaceChildren(...(snapshot.members ?? []).map((member) => entry(ownerColor(member.id), member.name)), entry(null, "nobody, or unknown"));
      return;
    }
    if (this.mode === "cause") {
      const there = new Set(snapshot.topics.flatMap((topic) => topic.causes ?? []));
      legend.replaceChildren(...snapshot.causes.filter(({ code }) => there.has(code)).map(({ code, title }) => entry(causeColor(this.colors, snapshot.causes, code), title)), entry(null, "too early to say"));
      return;
    }
    if (this.mode === "state") {
      legend.replaceChildren(...states.map(({ title, color }) => entry(color, title)), entry(null, "unknown; whether it compacts, brokers do not say"));
      return;
    }
    const { title, values, position, steps } = scales[this.mode];
    const isKnown = snapshot.topics.some((topic) => values(topic)?.some((value) => value !== null));
    const scale = element("span", "scale", ...steps.map(([value, text]) => entry(heatColor(this.colors, position(value)), text)));
    legend.replaceChildren(element("span", "dim", isKnown ? title : `${title}: unknown`), scale, entry(null, "unknown"));
  }

  private describe(lines: string[] | null, at: { x: number; y: number } | null): void {
    this.tip.hidden = lines === null;
    if (!lines || !at) return;
    const [title = "", ...rest] = lines;
    this.tip.replaceChildren(element("b", "", title), ...rest.map((line) => element("span", "", line)));
    const half = this.tip.offsetWidth / 2 + 8;
    this.tip.style.left = `${Math.min(window.innerWidth - half, Math.max(half, at.x))}px`;
    this.tip.style.top = `${at.y}px`;
    this.tip.classList.toggle("below", at.y < this.tip.offsetHeight + 16);
  }
}

function entry(color: string | null, text: string): HTMLElement {
  const swatch = element("i", color === null ? "swatch hatched" : "swatch");
  if (color !== null) swatch.style.background = color;
  return element("span", "entry", swatch, text);
}
