import { byId, write } from "./dom";
import { clock as timeOfDay, span, zone } from "./format";
import type { Snapshot } from "./snapshot";
import type { ServerClock } from "./stream";

/** How late a snapshot may be before the page says so. */
const grace = 1_250;
const firstInterval = 1_000;
/** How long nothing at all may come: the dashboard sends a heartbeat each second. */
const longestSilence = 2_500;

/** Says how old the figures are as soon as they stand still; a frozen figure that looks live would be a lie. */
export class Freshness {
  private readonly openedAt: number;
  private latest: { at: number; intervalMs: number } | null = null;
  private problem: string | null = null;
  private heardAt = performance.now();

  constructor(private readonly clock: ServerClock) {
    this.openedAt = clock.now();
    setInterval(() => this.check(), 250);
  }

  received({ at, intervalMs }: Snapshot): void {
    this.latest = { at, intervalMs };
    this.problem = null;
    this.heard();
  }

  /** The connection is alive. */
  heard(): void {
    this.heardAt = performance.now();
    this.check();
  }

  failed(problem: string): void {
    this.problem = problem;
    this.check();
  }

  private check(): void {
    const age = this.clock.now() - (this.latest?.at ?? this.openedAt);
    const isSilent = performance.now() - this.heardAt > longestSilence;
    const isStale = isSilent || age > (this.latest?.intervalMs ?? firstInterval) + grace;
    document.body.dataset.stale = String(isStale);
    byId("stale").hidden = !isStale;
    if (isStale) {
      // The sentence is announced once; the age, which changes all the time, is not.
      write("stale-text", this.latest ? "The figures stand still." : "There are no figures yet.");
      write("stale-age", this.latest ? `They are ${span(age)} old.` : `The page has waited for ${span(age)}.`);
      write("stale-since", this.latest ? `They are of ${timeOfDay(this.latest.at)} ${zone(this.latest.at)}.` : "");
      write("stale-why", this.problem ? `The dashboard is asked again: ${this.problem}.` : isSilent ? "The connection is silent." : "The dashboard sends nothing new.");
    }
    const [state, text] = this.problem ? ["lost", "Connection lost, reconnecting"] : isStale ? ["lost", "Standing still"] : this.latest ? ["live", "Live"] : ["waiting", "Connecting"];
    byId("status").dataset.state = state;
    write("status-text", text ?? "");
  }
}
