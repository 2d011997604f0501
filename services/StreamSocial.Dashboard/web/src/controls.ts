import { byId } from "./dom";
import { clock, count } from "./format";
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
const tokenKey = "streamsocial-control-token";
const pollInterval = 3_000;

/** The buttons that tell the autoscaler what to do, and what it was told. */
export class Controls {
  private readonly scale = byId("control-scale") as HTMLButtonElement;
  private readonly pause = byId("control-pause") as HTMLButtonElement;
  private readonly resume = byId("control-resume") as HTMLButtonElement;
  private readonly replicas = byId("control-replicas") as HTMLInputElement;
  private readonly duration = byId("control-duration") as HTMLSelectElement;
  private token = takeToken();
  private status: OverrideStatus | null = null;
  private outcome = "";
  private isAsking = false;
  private isEdited = false;

  constructor() {
    this.scale.addEventListener("click", () => void this.ask("PUT", { kind: "fixed", replicas: this.replicas.valueAsNumber, forSeconds: this.seconds() }, "Asked."));
    this.pause.addEventListener("click", () => void this.ask("PUT", { kind: "paused", forSeconds: this.seconds() }, "Paused."));
    this.resume.addEventListener("click", () => void this.ask("DELETE", null, "Resumed."));
    this.replicas.addEventListener("input", () => {
      this.isEdited = true;
      this.draw();
    });
    // The link with the token may be opened in a page that is already there.
    window.addEventListener("hashchange", () => {
      this.token = takeToken();
      void this.poll();
    });
    void this.poll();
    setInterval(() => void this.poll(), pollInterval);
  }

  /** Keeps the number of replicas at what is wanted, until somebody changes it. */
  show({ scale }: Snapshot): void {
    if (scale?.minimum != null) this.replicas.min = String(scale.minimum);
    if (scale?.maximum != null) this.replicas.max = String(scale.maximum);
    if (!this.isEdited && scale?.desired != null && document.activeElement !== this.replicas) {
      this.replicas.value = String(scale.desired);
      this.draw();
    }
  }

  private seconds(): number | null {
    return this.duration.value ? Number(this.duration.value) : null;
  }

  private async poll(): Promise<void> {
    if (document.hidden || this.isAsking) return;
    const response = await this.send("GET", null);
    this.status = response?.ok ? ((await response.json()) as OverrideStatus) : null;
    this.draw();
  }

  private async ask(method: "PUT" | "DELETE", body: object | null, done: string): Promise<void> {
    this.isAsking = true;
    this.outcome = "Asking…";
    this.draw();
    const response = await this.send(method, body);
    this.isAsking = false;
    this.isEdited = this.isEdited && !response?.ok;
    this.outcome = response?.ok ? done : response ? await detail(response) : "The dashboard cannot be reached.";
    await this.poll();
  }

  private async send(method: string, body: object | null): Promise<Response | null> {
    const headers: Record<string, string> = {};
    if (this.token) headers["authorization"] = `Bearer ${this.token}`;
    if (body) headers["content-type"] = "application/json";
    try {
      return await fetch(path, { method, headers, cache: "no-store", ...(body ? { body: JSON.stringify(body) } : {}) });
    } catch {
      return null;
    }
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
  const end = until === null ? "until it is resumed" : `until ${clock(Date.parse(until))}`;
  if (kind === "fixed") return `The autoscaler keeps ${count(replicas)} replicas ${end}.`;
  return kind === "paused" ? `The autoscaler is paused ${end}.` : "The autoscaler decides by itself.";
}

export async function detail(response: Response): Promise<string> {
  try {
    return ((await response.json()) as { detail?: string }).detail ?? `The dashboard answers with status ${response.status}.`;
  } catch {
    return `The dashboard answers with status ${response.status}.`;
  }
}

/** The token that this tab has, for the page's other buttons. */
export function currentToken(): string | null {
  return takeToken();
}

/** Takes the token out of the address, where somebody could read it over a shoulder, and keeps it for this tab. */
function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  try {
    if (given) {
      sessionStorage.setItem(tokenKey, given);
      history.replaceState(null, "", location.pathname + location.search);
    }
    return given ?? sessionStorage.getItem(tokenKey);
  } catch {
    // Without storage the token stays in the address, so that a reloaded page has it.
    return given;
  }
}

function write(id: string, text: string): void {
  if (byId(id).textContent !== text) byId(id).textContent = text;
}
