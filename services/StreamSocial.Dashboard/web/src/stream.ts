import type { Snapshot } from "./snapshot";

export interface StreamListener {
  /** The dashboard answers. */
  opened(): void;
  received(snapshot: Snapshot): void;
  /** The connection is alive, though there is no new snapshot. */
  alive(): void;
  /** The stream ended; the next try follows by itself. */
  failed(reason: string): void;
}

const shortestPause = 500;
const longestPause = 5_000;
/** How long the stream may be silent; the dashboard sends a heartbeat each second. */
const patience = 5_000;
/** How long the answer may take to begin. */
const firstPatience = 10_000;

/** The dashboard's clock, by what it said when the connection was made. */
export class ServerClock {
  private difference = Date.now() - performance.now();

  set(serverTime: number): void {
    if (serverTime > 0) this.difference = serverTime - performance.now();
  }

  now(): number {
    return performance.now() + this.difference;
  }
}

/**
 * Follows the snapshots. EventSource gives up for good at an answer that is not a stream, such as an error of a proxy; this one begins again after any
 * kind of answer, after a connection that broke, and after one that is silent. It runs in a page or in a worker.
 */
export class SnapshotStream {
  private wait = shortestPause;
  private connection = new AbortController();
  private paused: Promise<void> | null = null;
  private resume = (): void => {};

  constructor(
    private readonly listener: StreamListener,
    private readonly clock: ServerClock,
    private readonly address: string,
  ) {}

  async follow(): Promise<never> {
    for (;;) {
      await this.paused;
      const reason = await this.read();
      if (this.paused) continue;
      this.listener.failed(reason);
      // Not all pages at once when the dashboard comes back.
      await sleep(this.wait * (0.75 + Math.random() / 2));
      this.wait = Math.min(longestPause, this.wait * 2);
    }
  }

  /** Closes the connection until it is wanted again. */
  setPaused(isPaused: boolean): void {
    if (isPaused === (this.paused !== null)) return;
    if (isPaused) {
      this.paused = new Promise((resolve) => (this.resume = resolve));
      this.connection.abort();
    } else {
      this.paused = null;
      this.resume();
    }
  }

  /** Reads one connection to its end and returns why it ended. */
  private async read(): Promise<string> {
    const abort = (this.connection = new AbortController());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const expectWithin = (milliseconds: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), milliseconds);
    };
    try {
      expectWithin(firstPatience);
      const response = await fetch(this.address, { signal: abort.signal, cache: "no-store", headers: { accept: "text/event-stream" } });
      if (!response.ok) return `it answers with status ${response.status}`;
      if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) return "its answer is not a stream";
      this.clock.set(Number(response.headers.get("x-server-time")));
      this.listener.opened();
      // With each part that arrives: over a slow link a whole snapshot takes longer.
      for await (const { name, data } of events(response.body, () => expectWithin(patience))) {
        if (name === "heartbeat") {
          this.clock.set(Number(data));
          this.listener.alive();
          continue;
        }
        const snapshot = JSON.parse(data) as Snapshot;
        this.wait = shortestPause;
        this.listener.received(snapshot);
      }
      return "it ended the connection";
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return "it is silent";
      if (error instanceof SyntaxError) return "its answer is not a snapshot";
      // Fetch reports a broken connection as a TypeError; anything else is a mistake in this page and has to be seen.
      if (!(error instanceof TypeError)) console.error(error);
      return "it cannot be reached";
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }
}

/** The name and the data of each server-sent event; @param arrived Hears of each part of one. */
async function* events(body: ReadableStream<Uint8Array>, arrived: () => void): AsyncGenerator<{ name: string; data: string }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    arrived();
    text += decoder.decode(value, { stream: true });
    const parts = text.split(/\r?\n\r?\n/);
    text = parts.pop() ?? "";
    for (const part of parts) {
      const lines = part.split(/\r?\n/);
      const field = (name: string) => lines.flatMap((line) => (line.startsWith(name) ? [line.slice(name.length).trimStart()] : []));
      const data = field("data:");
      if (data.length > 0) yield { name: field("event:")[0] ?? "message", data: data.join("\n") };
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
