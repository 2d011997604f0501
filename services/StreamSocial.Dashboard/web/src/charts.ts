import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { byId } from "./dom";
import { short } from "./format";
import { onSchemeChange, palette, type Palette } from "./palette";
import type { History, Snapshot } from "./snapshot";

const windowMilliseconds = 300_000;
const height = 210;

type Build = (colors: Palette, width: number) => uPlot.Options;

/** The last five minutes: rates in one chart, lag with the replicas in the other, their cursors together. */
export class Charts {
  private history: History = { at: [], rateIn: [], rateOut: [], lag: [], replicas: [] };
  private readonly rates = new Chart("rates", ratesOptions, () => [seconds(this.history), this.history.rateIn, this.history.rateOut]);
  private readonly lag = new Chart("lag", lagOptions, () => [seconds(this.history), this.history.lag, this.history.replicas]);

  load(history: History): void {
    this.history = history;
    this.draw();
  }

  add(snapshot: Snapshot): void {
    const { history } = this;
    if (snapshot.at <= (history.at.at(-1) ?? 0)) return;
    history.at.push(snapshot.at);
    history.rateIn.push(snapshot.totals.rateIn);
    history.rateOut.push(snapshot.totals.rateOut);
    history.lag.push(snapshot.totals.unknownLags === 0 ? snapshot.totals.lag : null);
    history.replicas.push(snapshot.scale?.running ?? null);
    while (snapshot.at - (history.at[0] ?? snapshot.at) > windowMilliseconds) Object.values(history).forEach((column: unknown[]) => column.shift());
    this.draw();
  }

  private draw(): void {
    this.rates.draw();
    this.lag.draw();
  }
}

class Chart {
  private plot: uPlot | null = null;
  private readonly place: HTMLElement;

  constructor(id: string, private readonly build: Build, private readonly data: () => uPlot.AlignedData) {
    this.place = byId(id);
    new ResizeObserver(() => this.plot?.setSize({ width: this.place.clientWidth, height })).observe(this.place);
    onSchemeChange(() => {
      this.plot?.destroy();
      this.plot = null;
      this.draw();
    });
  }

  draw(): void {
    if (this.plot) this.plot.setData(this.data());
    else this.plot = new uPlot(this.build(palette(), this.place.clientWidth), this.data(), this.place);
  }
}

function seconds(history: History): number[] {
  return history.at.map((at) => at / 1000);
}

function ratesOptions(colors: Palette, width: number): uPlot.Options {
  return options(colors, width, [line("in", colors.in, "y"), line("processed", colors.out, "y")], [axis(colors)]);
}

function lagOptions(colors: Palette, width: number): uPlot.Options {
  const replicas: uPlot.Series = { ...line("replicas", colors.replicas, "replicas", false), ...(uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}) };
  const right: uPlot.Axis = { ...axis(colors), scale: "replicas", side: 1, grid: { show: false }, incrs: [1, 2, 5, 10, 50], size: 34 };
  return options(colors, width, [line("lag", colors.lag, "y"), replicas], [axis(colors), right]);
}

function options(colors: Palette, width: number, series: uPlot.Series[], axes: uPlot.Axis[]): uPlot.Options {
  return {
    width,
    height,
    padding: [10, 8, 0, 0],
    cursor: { sync: { key: "time" }, points: { size: 7 } },
    scales: {
      x: { range: (_plot, _min, max) => [max - windowMilliseconds / 1000, max] },
      y: { range: (_plot, _min, max) => [0, Math.max(10, max * 1.12)] },
      replicas: { range: (_plot, _min, max) => [0, Math.max(2, max + 1)] },
    },
    axes: [{ ...axis(colors), size: 30, space: 64, values: "{HH}:{mm}:{ss}" }, ...axes],
    series: [{ value: "{HH}:{mm}:{ss}" }, ...series],
  };
}

function axis(colors: Palette): uPlot.Axis {
  return {
    stroke: colors.dim,
    font: "11px system-ui, sans-serif",
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
    size: 52,
    values: (_plot, values) => values.map((value) => short(value)),
  };
}

function line(label: string, color: string, scale: string, isFilled = true): uPlot.Series {
  return {
    label,
    scale,
    stroke: color,
    width: 2,
    ...(isFilled ? { fill: color.replace(/^#(..)(..)(..)$/, (_, r, g, b) => `rgba(${parseInt(r, 16)},${parseInt(g, 16)},${parseInt(b, 16)},.10)`) } : {}),
    points: { show: false },
    value: (_plot, value) => (value == null ? "–" : short(value)),
  };
}
