import type uPlot from "uplot";
import type { Palette } from "./palette";

/** A decision on a chart. */
export interface Mark {
  at: number;
  verdict: "out" | "in";
  /** From how many replicas to how many. */
  text: string;
  reason: string;
}

/** Marks decisions with a dashed line, a triangle that points up or down, and the numbers where there is room for them. */
export function drawMarks(plot: uPlot, marks: Mark[], colors: Palette): void {
  const pen = plot.ctx;
  const ratio = window.devicePixelRatio || 1;
  const { left, top, width, height } = plot.bbox;
  pen.save();
  pen.font = `600 ${11 * ratio}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.lineWidth = 1.5 * ratio;
  let freeFrom = left;
  for (const { at, verdict, text } of [...marks].sort((one, other) => one.at - other.at)) {
    const x = plot.valToPos(at / 1000, "x", true);
    if (x < left || x > left + width) continue;
    pen.strokeStyle = pen.fillStyle = verdict === "out" ? colors.scaleOut : colors.scaleIn;
    pen.setLineDash([3 * ratio, 3 * ratio]);
    pen.globalAlpha = 0.75;
    pen.beginPath();
    pen.moveTo(x, top);
    pen.lineTo(x, top + height);
    pen.stroke();
    pen.globalAlpha = 1;
    const [tip, base] = verdict === "out" ? [top, top + 8 * ratio] : [top + 8 * ratio, top];
    pen.beginPath();
    pen.moveTo(x, tip);
    pen.lineTo(x + 5 * ratio, base);
    pen.lineTo(x - 5 * ratio, base);
    pen.fill();
    const half = pen.measureText(text).width / 2;
    const middle = Math.min(left + width - half, Math.max(left + half, x));
    if (middle - half < freeFrom) continue;
    pen.fillText(text, middle, top - 5 * ratio);
    freeFrom = middle + half + 6 * ratio;
  }
  pen.restore();
}
