import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { byId } from "./dom";
import { age, clock, count, short, zone } from "./format";
import { drawMarks, type Mark } from "./marks";
import { onSchemeChange, palette, type Palette } from "./palette";
import type { History, Snapshot } from "./snapshot";

const height = 200;
/** What a chart spans at least; it grows with the history until that is complete. */
const shortestSeconds = 120;
const none: History = { lengthMs: 900_000, at: [], rateIn: [], rateOut: [], lag: [], oldestAgeMs: [], wanted: [], running: [], ready: [] };

type Text = (value: number | null | undefined) => string;
interface Line {
  column: "rateIn" | "rateOut" | "lag" | "oldestAgeMs" | "wanted" | "running" | "ready";
  label: string;
  color: keyof Palette & ("in" | "out" | "lag" | "age" | "wanted" | "running" | "ready");
}
interface Shape {
  title: string;
  lines: Line[];
  text: Text;
  /** The least value that the axis reaches, so that noise does not fill the chart. */
  least: number;
  /** Whether values hold until the next one. */
  isStepped?: boolean;
}

const shapes: Record<string, Shape> = {
  rates: { title: "Records per second", lines: [{ column: "rateIn", label: "in", color: "in" }, { column: "rateOut", label: "processed", color: "out" }], text: short, least: 10 },
  lag: { title: "Lag", lines: [{ column: "lag", label: "lag", color: "lag" }], text: short, least: 10 },
  age: { title: "Age of the oldest record that waits", lines: [{ column: "oldestAgeMs", label: "oldest record", color: "age" }], text: age, least: 100 },
  "replicas-chart": {
    title: "Replicas",
    lines: [{ column: "wanted", label: "wanted", color: "wanted" }, { column: "running", label: "running", color: "running" }, { column: "ready", label: "ready", color: "ready" }],
    text: count,
    least: 2,
    isStepped: true,
  },
};

/** The last minutes, with the decisions that changed the number of replicas marked on each chart; the cursors go together. */
export class Charts {
  private history = none;
  private marks: Mark[] = [];
  private readonly charts = Object.entries(shapes).map(([id, shape]) => new Chart(id, shape, () => this.history, () => this.marks));

  get lengthMs(): number {
    return this.history.lengthMs;
  }

  load(history: History): void {
    this.history = history;
    this.draw();
  }

  add({ at, totals, scale, decisions }: Snapshot): void {
    const { history } = this;
    this.marks = (decisions ?? []).flatMap((decision) =>
      decision.isDone && (decision.verdict === "out" || decision.verdict === "in") ? [{ at: decision.at, verdict: decision.verdict, text: `${count(decision.current)}→${count(decision.desired)}`, reason: decision.reason }] : [],
    );
    // The clock was set back: points of after this moment are of another time.
    while ((history.at.at(-1) ?? 0) > at) for (const column of columns(history)) column.pop();
    if (at > (history.at.at(-1) ?? 0)) {
      history.at.push(at);
      history.rateIn.push(totals.rateIn);
      history.rateOut.push(totals.rateOut);
      history.lag.push(totals.unknownLags === 0 ? totals.lag : null);
      history.oldestAgeMs.push(totals.unknownAges === 0 ? (totals.oldestAgeMs ?? null) : null);
      history.wanted.push(scale?.desired ?? null);
      history.running.push(scale?.running ?? null);
      history.ready.push(scale?.ready ?? null);
      while (at - (history.at[0] ?? at) > history.lengthMs) for (const column of columns(history)) column.shift();
    }
    this.draw();
  }

  private draw(): void {
    for (const chart of this.charts) chart.draw();
  }
}

function columns(history: History): (number | null)[][] {
  return Object.values(history).filter((column) => Array.isArray(column));
}

class Chart {
  private plot: uPlot | null = null;
  private readonly place: HTMLElement;

  constructor(
    id: string,
    private readonly shape: Shape,
    private readonly history: () => History,
    private readonly marks: () => Mark[],
  ) {
    this.place = byId(id);
    this.place.setAttribute("role", "img");
    new ResizeObserver(() => {
      // A view that is not shown has no width.
      if (this.place.clientWidth > 0) this.plot?.setSize({ width: this.place.clientWidth, height });
    }).observe(this.place);
    onSchemeChange(() => {
      this.plot?.destroy();
      this.plot = null;
      this.draw();
    });
  }

  draw(): void {
    const history = this.history();
    const { lines, text } = this.shape;
    const data: uPlot.AlignedData = [history.at.map((at) => at / 1000), ...lines.map(({ column }) => history[column])];
    if (this.plot) this.plot.setData(data);
    else this.plot = new uPlot(this.options(palette()), data, this.place);

    const marks = this.shown();
    const { min, max } = this.plot.scales.x ?? {};
    this.place.dataset.seconds = String(Math.round((max ?? 0) - (min ?? 0)));
    this.place.dataset.points = String(history.at.length);
    this.place.dataset.marks = String(marks.length);
    const latest = lines.map(({ column, label }) => `${label} ${text(history[column].at(-1))}`).join(", ");
    this.place.setAttribute("aria-label", `${this.shape.title}, last ${Math.round(history.lengthMs / 60_000)} minutes, times in ${zone(history.at.at(-1) ?? Date.now())}. Now: ${latest}. ${marks.length} decisions marked.`);
  }

  /** The decisions that were made in the time that the chart shows. */
  private shown(): Mark[] {
    const last = this.history().at.at(-1) ?? 0;
    return this.marks().filter(({ at }) => at > last - this.history().lengthMs);
  }

  /** What the chart spans: as much as there is, and the whole window as soon as it is all but full, so that it stands still. */
  private windowSeconds(spanned: number): number {
    const whole = this.history().lengthMs / 1000;
    return spanned > 0.98 * whole ? whole : Math.min(whole, Math.max(shortestSeconds, spanned));
  }

  private options(colors: Palette): uPlot.Options {
    const { lines, text, least, isStepped } = this.shape;
    return {
      width: this.place.clientWidth,
      height,
      padding: [18, 26, 0, 0],
      cursor: { sync: { key: "time" }, points: { size: 7 } },
      scales: {
        x: { range: (_plot, min, max) => [max - this.windowSeconds(max - min), max] },
        y: { range: (_plot, _min, max) => [0, isStepped ? Math.max(least, max + 1) : Math.max(least, max * 1.12)] },
      },
      axes: [
        { ...axis(colors, text), size: 30, space: 64, values: "{HH}:{mm}:{ss}" },
        { ...axis(colors, text), ...(isStepped ? { incrs: [1, 2, 5, 10, 50] } : {}) },
      ],
      series: [{ label: "Time", value: (_plot, at) => (at == null ? "–" : `${clock(at * 1000)} ${zone(at * 1000)}`) }, ...lines.map((line, index) => series(line, colors, text, isStepped ?? false, isStepped === true && index === 0))],
      hooks: { draw: [(plot) => drawMarks(plot, this.shown(), colors)] },
    };
  }
}

function axis(colors: Palette, text: Text): uPlot.Axis {
  return {
    stroke: colors.dim,
    font: "11px system-ui, sans-serif",
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
    size: 52,
    values: (_plot, values) => values.map((value) => text(value)),
  };
}

function series({ label, color }: Line, colors: Palette, text: Text, isStepped: boolean, isDashed: boolean): uPlot.Series {
  const stroke = colors[color];
  return {
    label,
    scale: "y",
    stroke,
    width: 2,
    ...(isDashed ? { dash: [5, 4] } : {}),
    ...(isStepped
      ? uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}
      : { fill: stroke.replace(/^#(..)(..)(..)$/, (_, r, g, b) => `rgba(${parseInt(r, 16)},${parseInt(g, 16)},${parseInt(b, 16)},.10)`) }),
    points: { show: false },
    value: (_plot, value) => (value == null ? "–" : text(value)),
  };
}
