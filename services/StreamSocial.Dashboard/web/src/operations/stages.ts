import { bindOperator, explain, questionTimeoutMs, send } from "../control-requests";
import { byId, cell, element, header } from "../dom";
import { count, dateTime } from "../format";
import { Reload } from "../reload";
import type { Snapshot } from "../snapshot";

interface Stage {
  name: string;
  input: string;
  isPaused: boolean;
  since: string | null;
  by: string | null;
  reason: string | null;
  pausedMembers: number;
  members: number;
  unmovedPartitions: number;
}

interface StagesDocument {
  isAuthorized: boolean;
  group: string;
  stages: Stage[];
}

interface Plan {
  to: string;
  group: string;
  skipped: number | null;
  repeated: number | null;
  meaning: string[];
  partitions: { partition: number; first: number; end: number; position: number | null; target: number; skipped: number | null; repeated: number | null }[];
}

const shownPartitions = 20;
const titles = ["Stage", "Reads", "State", "Since", "By", "Reason", "Replicas that pause", "To move", ""];
const needsToken = "The buttons need the control token: open the page by the link with #token= that the dashboard logs when it starts.";

/** Which stages are paused, the buttons for that, and the form that lets a stage go on elsewhere in its input. */
export class Stages {
  private readonly reload = new Reload("stages", () => this.load());
  private readonly confirmation = field("reset-confirm");
  private status: StagesDocument | null = null;
  private planned: { stage: string; request: object } | null = null;
  private formVersion = 0;
  private shown = "";

  constructor() {
    bindOperator(field("operator"));
    for (const id of ["reset-stage", "reset-kind", "reset-offset", "reset-time", "reset-partitions"]) byId(id).addEventListener("input", () => this.forgetPlan());
    this.confirmation.addEventListener("input", () => this.allow());
    byId("reset-preview").addEventListener("click", () => void this.preview());
    byId("reset-apply").addEventListener("click", () => void this.apply());
    // The link with the token may be opened in a page that is already there.
    window.addEventListener("hashchange", () => this.reload.again());
    this.forgetPlan();
  }

  show({ versions }: Snapshot): void {
    this.reload.show(versions.stages);
  }

  restarted(): void {
    this.reload.forget();
  }

  private async load(): Promise<boolean> {
    const response = await send("GET", "api/stages");
    this.status = response?.ok ? ((await response.json()) as StagesDocument) : null;
    this.draw(this.status === null && response ? await explain(response) : null);
    // Demo mode has no stages, however often it is asked.
    return this.status !== null || response?.status === 503;
  }

  private draw(problem: string | null): void {
    const text = JSON.stringify([this.status, problem]);
    if (text === this.shown) return;
    this.shown = text;
    const { status } = this;
    if (status !== null) {
      const select = byId("reset-stage");
      if (!select.hasChildNodes()) select.replaceChildren(...status.stages.map(({ name }) => element("option", "", name)));
      byId("reset-group").textContent = status.group;
    }
    (byId("reset-preview") as HTMLButtonElement).disabled = !status?.isAuthorized;
    byId("stages").replaceChildren(status === null ? element("p", "empty unknown", problem ?? "unknown") : this.table(status));
    const note = byId("stages-note");
    if (status !== null && !status.isAuthorized) note.textContent = needsToken;
    else if (note.textContent === needsToken) note.textContent = "";
  }

  private table({ stages, isAuthorized }: StagesDocument): HTMLElement {
    const rows = stages.map((stage) => {
      const button = element("button", "", stage.isPaused ? "Resume" : "Pause");
      button.type = "button";
      button.disabled = !isAuthorized;
      button.setAttribute("aria-label", `${button.textContent} ${stage.name}`);
      button.addEventListener("click", () => void this.setPaused(stage, !stage.isPaused));
      const row = element(
        "tr",
        "",
        header(stage.name, "row"),
        cell(stage.input),
        cell(stage.isPaused ? "paused" : "running", stage.isPaused),
        element("td", "", stage.since === null ? "" : dateTime(Date.parse(stage.since))),
        element("td", "", stage.by ?? ""),
        element("td", "", stage.reason ?? ""),
        cell(`${count(stage.pausedMembers)} of ${count(stage.members)}`),
        cell(count(stage.unmovedPartitions)),
        element("td", "", button),
      );
      row.dataset.stage = stage.name;
      row.dataset.state = stage.isPaused ? "paused" : "running";
      return row;
    });
    return element("table", "grid prose", element("thead", "", element("tr", "", ...titles.map((title) => header(title, "col")))), element("tbody", "", ...rows));
  }

  private async setPaused({ name }: Stage, isPaused: boolean): Promise<void> {
    byId("stages-note").textContent = "Asking…";
    const response = await send(isPaused ? "PUT" : "DELETE", `api/stages/${name}/pause`, isPaused ? { reason: field("pause-reason").value || null } : null);
    byId("stages-note").textContent = response?.ok ? `${name} ${isPaused ? "is paused" : "goes on"}.` : await explain(response);
    changed();
    await this.load();
  }

  private async preview(): Promise<void> {
    this.forgetPlan();
    const [version, stage, request] = [this.formVersion, field("reset-stage").value, this.request()];
    const response = await send("POST", `api/stages/${stage}/reset/preview`, request, questionTimeoutMs);
    const problem = response?.ok ? "" : await explain(response);
    const plan = response?.ok ? ((await response.json()) as Plan) : null;
    // An answer to a form that was changed meanwhile is none to this one.
    if (version !== this.formVersion) return;
    byId("reset-note").textContent = problem;
    if (plan === null) return;
    this.planned = { stage, request };
    byId("reset-plan").replaceChildren(...plan.meaning.map((sentence) => element("p", "", sentence)), partitions(plan));
    byId("reset-plan").dataset.skipped = String(plan.skipped);
    byId("reset-plan").dataset.repeated = String(plan.repeated);
    byId("reset-confirmation").hidden = false;
  }

  private async apply(): Promise<void> {
    const button = byId("reset-apply") as HTMLButtonElement;
    button.disabled = true;
    byId("reset-note").textContent = "Asking…";
    if (this.planned === null) return;
    const { stage, request } = this.planned;
    const response = await send("POST", `api/stages/${stage}/reset`, { ...request, confirm: this.confirmation.value });
    const said = response?.ok ? ((await response.json()) as { description: string }).description : await explain(response);
    this.forgetPlan();
    byId("reset-note").textContent = said;
    changed();
    await this.load();
  }

  private request(): { to: string; partitions: string | null } {
    const kind = field("reset-kind").value;
    const time = field("reset-time").value;
    const to = kind === "offset" ? `offset:${field("reset-offset").value}` : kind === "time" ? `time:${time ? new Date(time).toISOString() : ""}` : kind;
    return { to, partitions: field("reset-partitions").value || null };
  }

  /** What was confirmed is what was shown: any change of the form needs a preview again. */
  private forgetPlan(): void {
    this.formVersion++;
    const kind = field("reset-kind").value;
    byId("reset-offset-field").hidden = kind !== "offset";
    byId("reset-time-field").hidden = kind !== "time";
    this.planned = null;
    this.confirmation.value = "";
    byId("reset-plan").replaceChildren();
    byId("reset-confirmation").hidden = true;
    byId("reset-note").textContent = "";
    this.allow();
  }

  private allow(): void {
    (byId("reset-apply") as HTMLButtonElement).disabled = this.planned === null || this.confirmation.value !== this.status?.group;
  }
}

function partitions({ partitions: all }: Plan): HTMLElement {
  const head = element("tr", "", ...["Partition", "Offsets", "Position", "Goes on at", "Skipped", "Repeated"].map((title) => header(title, "col")));
  const rows = all.slice(0, shownPartitions).map(({ partition, first, end, position, target, skipped, repeated }) =>
    element("tr", "", header(String(partition), "row"), cell(`${count(first)} to ${count(end)}`), cell(count(position)), cell(count(target)), cell(count(skipped)), cell(count(repeated))),
  );
  const more = all.length > shownPartitions ? [element("p", "dim", `and ${count(all.length - shownPartitions)} more partitions`)] : [];
  return element("div", "scroll", element("table", "grid", element("thead", "", head), element("tbody", "", ...rows)), ...more);
}

function changed(): void {
  document.dispatchEvent(new Event("operations-changed"));
}

function field(id: string): HTMLInputElement {
  return byId(id) as HTMLInputElement;
}
