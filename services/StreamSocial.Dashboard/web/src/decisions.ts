import { byId, element } from "./dom";
import { count, short, span } from "./format";
import type { Decision, Snapshot } from "./snapshot";

const words: Record<Decision["verdict"], string> = { out: "Scale out", in: "Scale in", hold: "Hold", unknown: "Unknown" };
const marks: Record<Decision["verdict"], string> = { out: "▲", in: "▼", hold: "●", unknown: "?" };
const terms: [name: string, label: string][] = [
  ["arrival.records_per_second", "in/s"],
  ["backlog.records", "waiting"],
  ["true_rate.records_per_second", "per replica/s"],
];

export function showDecisions(snapshot: Snapshot): void {
  byId("decisions").replaceChildren(content(snapshot));
}

function content({ decisions, at }: Snapshot): HTMLElement {
  if (decisions === null) return element("p", "empty unknown", "unknown");
  if (decisions.length === 0) return element("p", "empty", "No decision has been made yet.");
  return element("ol", "decisions", ...decisions.slice(0, 12).map((decision) => item(decision, at)));
}

function item(decision: Decision, now: number): HTMLElement {
  const mark = element("i", "mark", marks[decision.verdict]);
  mark.setAttribute("aria-hidden", "true");
  const change = decision.current === decision.desired ? count(decision.desired) : `${count(decision.current)} → ${count(decision.desired)}`;
  const isAct = decision.verdict === "out" || decision.verdict === "in";
  const undone = !isAct || decision.isDone ? "" : decision.isDone === false ? "not done" : "no answer yet";
  const known = terms.flatMap(([name, label]) => (decision.terms[name] === undefined ? [] : [`${short(decision.terms[name])} ${label}`]));
  return element(
    "li",
    decision.verdict,
    mark,
    element(
      "div",
      "",
      element("p", "", element("b", "", words[decision.verdict]), " ", element("span", "change", change), ...(undone ? [" ", element("span", "undone", undone)] : []), element("time", "", `${span(now - decision.at)} ago`)),
      element("p", "reason", decision.reason),
      ...(undone && decision.actuation ? [element("p", "reason", decision.actuation)] : []),
      ...(known.length > 0 ? [element("p", "terms", known.join(" · "))] : []),
    ),
  );
}
