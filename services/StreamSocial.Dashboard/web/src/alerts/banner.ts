import { byId, write } from "../dom";
import type { Alert } from "./model";

/** Names what fires and is not silenced, on every view. Changed names are announced; the text of the first, which changes all the time, is not. */
export function showBanner(alerts: Alert[] | null | undefined): void {
  const firing = (alerts ?? []).filter(({ status, silencedUntil }) => status === "firing" && silencedUntil === null);
  const rules = [...new Set(firing.map(({ rule }) => rule))];
  byId("alert-banner").hidden = firing.length === 0;
  write("alert-banner-rules", firing.length === 0 ? "" : `Firing: ${rules.join(", ")}.`);
  write("alert-banner-text", firing[0]?.text ?? "");
}
