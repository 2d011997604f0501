import { byId, element } from "../dom";
import type { Alert } from "./model";

let shown = "";

/** Names what fires and is not silenced, on every view; rebuilt only when that changes, so that it is announced once. */
export function showBanner(alerts: Alert[] | null | undefined): void {
  const firing = (alerts ?? []).filter(({ status, silencedUntil }) => status === "firing" && silencedUntil === null);
  const rules = [...new Set(firing.map(({ rule }) => rule))];
  const state = rules.join(" ");
  if (state === shown) return;
  shown = state;
  const banner = byId("alert-banner");
  banner.hidden = firing.length === 0;
  if (firing.length === 0) return banner.replaceChildren();
  const link = element("a", "", "See the alerts.");
  link.href = "?view=alerts";
  banner.replaceChildren(element("strong", "", `Firing: ${rules.join(", ")}.`), " ", firing[0]?.text ?? "", " ", link);
}
