import { byId } from "./dom";

/**
 * Reads a document again when the snapshots say that it is another one, and only while its view is shown. What cannot be read is tried again with the next snapshot.
 */
export class Reload {
  private wanted: string | null = null;
  private read: string | null = null;
  private isReading = false;
  /** What is being read when this rises may be of before. */
  private generation = 0;

  /** @param panel Id of an element of the view. @param load Reads and draws it; whether that worked. */
  constructor(
    private readonly panel: string,
    private readonly load: () => Promise<boolean>,
  ) {
    // The view may be shown now; who shows it listens too, and first.
    byId("views").addEventListener("click", () => void this.check());
    window.addEventListener("popstate", () => void this.check());
    document.addEventListener("visibilitychange", () => void this.check());
  }

  /** Takes the numbers of the document's parts; null is unknown. */
  show(...versions: (number | null)[]): void {
    this.wanted = versions.join();
    void this.check();
  }

  /** Another run of the dashboard counts anew. */
  forget(): void {
    this.generation++;
    this.read = null;
  }

  /** Reads it again although it is the same by its numbers. */
  again(): void {
    this.forget();
    void this.check();
  }

  private async check(): Promise<void> {
    if (document.hidden || byId(this.panel).closest<HTMLElement>(".view")?.hidden !== false) return;
    if (this.isReading || this.wanted === null || this.wanted === this.read) return;
    const { wanted, generation } = this;
    this.isReading = true;
    // A connection may break in the middle of an answer.
    const isRead = await this.load().catch(() => false);
    this.isReading = false;
    if (generation !== this.generation) void this.check();
    else this.read = isRead ? wanted : null;
  }
}
