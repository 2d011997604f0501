import { element } from "./dom";
import { age, count, rate, short, unknown } from "./format";
import { scales, states, type Mode } from "./modes";
import { causeColor, heatColor, ownerColor, type Palette } from "./palette";
import type { Cause, Member, Topic } from "./snapshot";

export interface View {
  topic: Topic;
  members: Member[] | null;
  causes: Cause[];
  mode: Mode;
  colors: Palette;
  /** Rows where the maps stand side by side, so that all are equally high; null where each has a row of its own. */
  rows: number | null;
}
export type Describe = (lines: string[] | null, at: { x: number; y: number } | null) => void;

const smallestCell = 9;
const largestCell = 26;

/** All partitions of one topic as cells on a canvas, with a caption of its figures. */
export class HeatMap {
  readonly root: HTMLElement;
  private readonly canvas = element("canvas");
  private readonly caption = element("div", "caption");
  private view: View | null = null;
  private columns = 1;
  private cell = smallestCell;
  private chosen: number | null = null;

  constructor(private readonly describe: Describe) {
    this.root = element("figure", "map", this.caption, this.canvas);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "img");
    this.canvas.addEventListener("pointermove", (event) => this.choose(this.at(event)));
    this.canvas.addEventListener("pointerdown", (event) => this.choose(this.at(event)));
    this.canvas.addEventListener("pointerleave", () => this.choose(null));
    this.canvas.addEventListener("blur", () => this.choose(null));
    this.canvas.addEventListener("keydown", (event) => this.onKey(event));
  }

  show(view: View): void {
    this.view = view;
    const { topic } = view;
    this.showCaption(topic);
    const cells = topic.lags?.length ?? 0;
    const missing = topic.lags === null ? null : topic.unknownLags;
    this.canvas.dataset.topic = topic.name;
    this.canvas.dataset.cells = String(cells);
    this.canvas.dataset.mode = view.mode;
    this.canvas.dataset.unknown = missing === null ? unknown : String(missing);
    this.canvas.setAttribute("aria-label", `${topic.name}: ${cells || unknown} partitions, lag ${count(topic.lag)}`);
    this.draw();
    if (this.chosen !== null) this.tell(this.chosen);
  }

  private showCaption(topic: Topic): void {
    const lags = topic.lags ?? [];
    const hottest = lags.reduce<number | null>((best, lag, index) => ((lag ?? 0) > (best === null ? 0 : (lags[best] ?? 0)) ? index : best), null);
    const figures = [
      `${count(topic.ends?.length)} partitions`,
      `${short(topic.rateIn)}${topic.rateIn === null ? " in" : "/s in"}`,
      `${short(topic.rateOut)}${topic.rateOut === null ? " out" : "/s out"}`,
      topic.unknownLags ? `lag ${topic.lag === null ? unknown : `≥ ${short(topic.lag)}`} (${count(topic.unknownLags)} unknown)` : `lag ${short(topic.lag)}`,
      ...(topic.oldestAgeMs == null ? [] : [`oldest waits ${topic.unknownAges ? "≥ " : ""}${age(topic.oldestAgeMs)}`]),
      ...(hottest === null ? [] : [`most in #${hottest}: ${short(lags[hottest])}`]),
    ];
    this.caption.replaceChildren(element("b", "", topic.name), ...figures.map((text) => element("span", "", text)));
  }

  private draw(): void {
    const { view, canvas } = this;
    const pen = canvas.getContext("2d");
    if (!view || !pen) return;
    const lags = view.topic.lags ?? [];
    const width = this.root.clientWidth;
    // A view that is not shown has no width; it is drawn when it has one.
    if (width === 0) return;
    this.columns = view.rows === null ? Math.max(1, Math.floor(width / (smallestCell + 2))) : Math.max(1, Math.ceil(lags.length / view.rows));
    this.cell = Math.min(largestCell, width / this.columns);
    const rows = Math.max(1, Math.ceil(lags.length / this.columns));
    const ratio = window.devicePixelRatio || 1;
    canvas.style.height = `${rows * this.cell}px`;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(rows * this.cell * ratio);
    pen.scale(ratio, ratio);
    const gap = this.cell > 14 ? 2 : 1.5;
    const size = this.cell - gap;
    let colored = 0;
    for (let partition = 0; partition < lags.length; partition++) {
      const x = (partition % this.columns) * this.cell;
      const y = Math.floor(partition / this.columns) * this.cell;
      const color = this.color(partition, view);
      if (color === null) {
        hatch(pen, x, y, size, view.colors.unknown);
      } else {
        colored++;
        pen.fillStyle = color;
        pen.beginPath();
        pen.roundRect(x, y, size, size, Math.min(4, size / 4.5));
        pen.fill();
      }
      if (partition === this.chosen) {
        pen.strokeStyle = view.colors.text;
        pen.lineWidth = 2;
        pen.strokeRect(x - 0.5, y - 0.5, size + 1, size + 1);
      }
    }
    canvas.dataset.colored = String(colored);
  }

  private color(partition: number, view: View): string | null {
    if (view.mode === "owner") {
      const owner = view.topic.owners?.[partition];
      const member = owner == null ? undefined : view.members?.[owner];
      return member ? ownerColor(member.id) : null;
    }
    if (view.mode === "cause") {
      const cause = view.topic.causes?.[partition];
      return cause === undefined || (cause === "none" && view.topic.statuses?.[partition] === unknown) ? null : causeColor(view.colors, view.causes, cause);
    }
    if (view.mode === "state") return states.find(({ code }) => code === view.topic.states?.[partition])?.color ?? null;
    const scale = scales[view.mode];
    const value = scale.values(view.topic)?.[partition];
    return value == null ? null : heatColor(view.colors, scale.position(value));
  }

  private reason(partition: number, { topic, causes }: View): string[] {
    const cause = causes.find(({ code }) => code === topic.causes?.[partition]);
    const status = `consumer ${topic.statuses?.[partition] ?? unknown}`;
    return cause === undefined || cause.code === "none" ? [status] : [`${status}: ${cause.title}`, cause.remedy];
  }

  private at(event: PointerEvent): number | null {
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / this.cell);
    const partition = Math.floor((event.clientY - box.top) / this.cell) * this.columns + column;
    return column < 0 || column >= this.columns || partition < 0 || partition >= (this.view?.topic.lags?.length ?? 0) ? null : partition;
  }

  private onKey(event: KeyboardEvent): void {
    const cells = this.view?.topic.lags?.length ?? 0;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns }[event.key];
    if (event.key === "Escape") this.choose(null);
    if (step === undefined || cells === 0) return;
    event.preventDefault();
    this.choose(this.chosen === null ? 0 : Math.min(cells - 1, Math.max(0, this.chosen + step)));
  }

  private choose(partition: number | null): void {
    if (partition === this.chosen) return;
    this.chosen = partition;
    this.draw();
    if (partition === null) this.describe(null, null);
    else this.tell(partition);
  }

  private tell(partition: number): void {
    const { view } = this;
    if (!view) return;
    const owner = view.topic.owners?.[partition];
    const member = owner == null ? null : view.members?.[owner];
    const box = this.canvas.getBoundingClientRect();
    this.describe(
      [
        `${view.topic.name} #${partition}`,
        `lag ${count(view.topic.lags?.[partition])}`,
        `oldest waits ${view.topic.leastAges?.includes(partition) ? "≥ " : ""}${age(view.topic.oldestAgesMs?.[partition])}`,
        `in ${rate(view.topic.ratesIn?.[partition])}, processed ${rate(view.topic.ratesOut?.[partition])}`,
        `log end ${count(view.topic.ends?.[partition])}`,
        `owner ${view.members === null ? unknown : (member?.name ?? "nobody")}`,
        ...(view.mode === "state" ? [`state ${view.topic.states?.[partition] ?? unknown}`] : []),
        ...this.reason(partition, view),
      ],
      {
        x: box.left + ((partition % this.columns) + 0.5) * this.cell,
        y: box.top + Math.floor(partition / this.columns) * this.cell,
      },
    );
  }
}

function hatch(pen: CanvasRenderingContext2D, x: number, y: number, size: number, color: string): void {
  pen.strokeStyle = color;
  pen.lineWidth = 1;
  pen.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
  pen.beginPath();
  pen.moveTo(x + 1, y + size - 1);
  pen.lineTo(x + size - 1, y + 1);
  pen.stroke();
}
