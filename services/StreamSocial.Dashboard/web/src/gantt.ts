import { byId, vector } from "./dom";
import { clock, count, duration } from "./format";
import type { Phase, Rebalance } from "./snapshot";

const rowHeight = 30;
const barHeight = 16;
const axisHeight = 22;
const labelWidth = 132;
const narrowestBar = 3;
/** Steps of the time axis, in milliseconds. */
const steps = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000];

const verbs: Record<Phase["kind"], string> = {
  revoked: "gave back",
  lost: "lost",
  restoring: "restores",
  ready: "got and restored",
  abandoned: "got, and had to leave again,",
};

/** A row for each replica, a bar for each phase. */
export class Gantt {
  lengthMs = 0;
  private readonly place = byId("timeline");
  private redraw = () => {};

  constructor() {
    new ResizeObserver(() => this.redraw()).observe(this.place);
  }

  /** @param only The rebalance to show; null for all of the last minutes. */
  show(rebalances: Rebalance[], only: Rebalance | null, now: number, lengthMs: number): void {
    this.lengthMs = lengthMs;
    this.redraw = () => this.draw(only ? [only] : rebalances, only, now);
    this.redraw();
  }

  private draw(rebalances: Rebalance[], only: Rebalance | null, now: number): void {
    const width = this.place.clientWidth;
    const phases = rebalances.flatMap((rebalance) => rebalance.phases);
    const rows = [...new Set(phases.map((phase) => phase.name))].sort((left, right) => left.length - right.length || left.localeCompare(right));
    if (rows.length === 0 || width <= labelWidth) {
      this.place.replaceChildren();
      return;
    }
    const last = only ? (only.endedAt ?? now) : now;
    const first = only ? only.startedAt : now - this.lengthMs;
    const margin = only ? Math.max(100, (last - first) * 0.04) : 0;
    const [from, to] = [first - margin, last + margin];
    const x = (at: number) => labelWidth + ((Math.min(to, Math.max(from, at)) - from) / (to - from)) * (width - labelWidth - 10);
    const height = rows.length * rowHeight + axisHeight;
    const picture = vector("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label(rebalances, rows.length, only) });

    if (!only) for (const { startedAt, endedAt } of rebalances) picture.append(vector("rect", { class: "span", x: x(startedAt), y: 0, width: Math.max(1, x(endedAt ?? now) - x(startedAt)), height: height - axisHeight }));
    picture.append(...axis(from, to, x, height, width, only?.startedAt ?? null));
    rows.forEach((name, index) => {
      const middle = index * rowHeight + rowHeight / 2;
      picture.append(vector("line", { class: "row", x1: labelWidth, x2: width, y1: middle, y2: middle }), text(name, { class: "name", x: 0, y: middle + 4 }));
      for (const phase of phases.filter((phase) => phase.name === name && (phase.to ?? now) >= from)) picture.append(...bar(phase, middle, now, x));
    });
    this.place.replaceChildren(picture);
  }
}

function bar(phase: Phase, middle: number, now: number, x: (at: number) => number): SVGElement[] {
  const [left, right] = [x(phase.from), x(phase.to ?? now)];
  const width = Math.max(narrowestBar, right - left);
  const group = vector("g", { class: `phase ${phase.kind}`, "data-kind": phase.kind, "data-replica": phase.name });
  group.append(
    text(`${phase.name} ${verbs[phase.kind]} ${count(phase.partitions)} partitions in ${duration((phase.to ?? now) - phase.from)}, from ${clock(phase.from)} on`, {}, "title"),
    vector("rect", { x: left, y: middle - barHeight / 2, width, height: barHeight, rx: Math.min(4, width / 2) }),
  );
  // A diamond where it was ready.
  if (phase.kind === "ready") group.append(vector("path", { class: "ready-mark", d: `M${right} ${middle - 7}l6 7l-6 7l-6 -7z` }));
  const words = `${phase.kind === "ready" ? "restoring" : phase.kind} ${count(phase.partitions)}`;
  if (width > words.length * 6.4 + 22) group.append(text(words, { class: "words", x: left + 7, y: middle + 4 }));
  return [group];
}

function axis(from: number, to: number, x: (at: number) => number, height: number, width: number, start: number | null): SVGElement[] {
  const step = steps.find((candidate) => (to - from) / candidate <= (width - labelWidth) / 76) ?? 3_600_000;
  const zero = start ?? 0;
  const made: SVGElement[] = [];
  // Times since its beginning for one rebalance, times of day for all.
  for (let at = Math.ceil((from - zero) / step) * step + zero; at <= to; at += step) {
    made.push(
      vector("line", { class: "tick", x1: x(at), x2: x(at), y1: 0, y2: height - axisHeight }),
      text(start !== null ? `+${duration(at - zero)}` : clock(at), { class: "time", x: x(at), y: height - 6 }),
    );
  }
  return made;
}

function label(rebalances: Rebalance[], replicas: number, only: Rebalance | null): string {
  return only ? `The rebalance of ${clock(only.startedAt)} on ${count(replicas)} replicas` : `${count(rebalances.length)} rebalances on ${count(replicas)} replicas`;
}

function text(content: string, attributes: Record<string, string | number>, tag: "text" | "title" = "text"): SVGElement {
  const made = vector(tag, attributes);
  made.textContent = content;
  return made;
}
