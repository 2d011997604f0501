import { explain as detail, send } from "./control-requests";
import { byId, write } from "./dom";
import { count, dateTime } from "./format";
import { Reload } from "./reload";
import type { Snapshot } from "./snapshot";

interface Override {
  kind: "none" | "fixed" | "paused";
  replicas: number | null;
  until: string | null;
}

interface OverrideStatus {
  isAuthorized: boolean;
  override: Override | null;
  problem: string | null;
}

const path = "api/override";

/** The buttons that tell the autoscaler what to do, and what it was told. */
export class Controls {
  private readonly scale = byId("control-scale") as HTMLButtonElement;
  private readonly pause = byId("control-pause") as HTMLButtonElement;
  private readonly resume = byId("control-resume") as HTMLButtonElement;
  private readonly replicas = byId("control-replicas") as HTMLInputElement;
  private readonly duration = byId("control-duration") as HTMLSelectElement;
  private readonly reload = new Reload("controls", () => this.load());
  private status: OverrideStatus | null = null;
  private outcome = "";
  private isAsking = false;
  private isEdited = false;
  private isKnown = false;

  constructor() {
    this.scale.addEventListener("click", () => void this.ask("PUT", { kind: "fixed", replicas: this.replicas.valueAsNumber, forSeconds: this.seconds() }, "Asked."));
    this.pause.addEventListener("click", () => void this.ask("PUT", { kind: "paused", forSeconds: this.seconds() }, "Paused."));
    this.resume.addEventListener("click", () => void this.ask("DELETE", null, "Resumed."));
    this.replicas.addEventListener("input", () => {
      this.isEdited = true;
      this.draw();
    });
    // The link with the token may be opened in a page that is already there.
    window.addEventListener("hashchange", () => this.reload.again());
  }

  /** Keeps the number of replicas at what is wanted, until somebody changes it. */
  show({ scale, versions }: Snapshot): void {
    this.isKnown = versions.override !== null;
    this.reload.show(versions.override);
    if (scale?.minimum != null) this.replicas.min = String(scale.minimum);
    if (scale?.maximum != null) this.replicas.max = String(scale.maximum);
    if (!this.isEdited && scale?.desired != null && document.activeElement !== this.replicas) {
      this.replicas.value = String(scale.desired);
      this.draw();
    }
  }

  /** The dashboard cannot be reached: what the autoscaler was told may be another thing by now. */
  lost(): void {
    this.status = null;
    this.restarted();
    this.draw();
  }

  restarted(): void {
    this.reload.forget();
  }

  private seconds(): number | null {
    return this.duration.value ? Number(this.duration.value) : null;
  }

  /** An answer is of the snapshots' state only if both know the override, or both do not; another one is asked for again. */
  private async load(): Promise<boolean> {
    const { isKnown } = this;
    const response = await send("GET", path);
    this.status = response?.ok ? ((await response.json()) as OverrideStatus) : null;
    this.draw();
    return this.status !== null && (this.status.problem === null) === isKnown;
  }

  private async ask(method: "PUT" | "DELETE", body: object | null, done: string): Promise<void> {
    this.isAsking = true;
    this.outcome = "Asking…";
    this.draw();
    const response = await send(method, path, body);
    this.isAsking = false;
    this.isEdited = this.isEdited && !response?.ok;
    this.outcome = response?.ok ? done : await detail(response);
    this.draw();
    this.reload.again();
  }

  private draw(): void {
    const { status } = this;
    const isUsable = !this.isAsking && status !== null && status.isAuthorized && status.override !== null;
    const kind = status?.override?.kind;
    this.scale.disabled = !isUsable || !this.replicas.checkValidity() || this.replicas.value === "";
    this.pause.disabled = !isUsable || kind === "paused";
    this.resume.disabled = !isUsable || kind === "none";
    this.replicas.disabled = this.duration.disabled = !isUsable;
    byId("controls").dataset.kind = kind ?? "unknown";
    write("control-state", status?.override ? describe(status.override) : "What the autoscaler was told is unknown.");
    write("control-note", explain(status) ?? this.outcome);
  }
}

function explain(status: OverrideStatus | null): string | null {
  if (status === null) return "The dashboard cannot be reached.";
  if (status.problem !== null) return status.problem;
  return status.isAuthorized ? null : "The buttons need the control token: open the page by the link with #token= that the dashboard logs when it starts.";
}

function describe({ kind, replicas, until }: Override): string {
  const end = until === null ? "until it is resumed" : `until ${dateTime(Date.parse(until))}`;
  if (kind === "fixed") return `The autoscaler keeps ${count(replicas)} replicas ${end}.`;
  return kind === "paused" ? `The autoscaler is paused ${end}.` : "The autoscaler decides by itself.";
}
