import type { Snapshot } from "./snapshot";

export interface StreamListener {
  /** The dashboard answers. The stream goes on when this is done. */
  opened(signal: AbortSignal): Promise<void>;
  received(snapshot: Snapshot): void;
  /** The stream ended; the next try follows by itself. */
  failed(reason: string): void;
}

const shortestPause = 500;
const longestPause = 5_000;
/** How long the stream may be silent beyond the time at which a snapshot is due. */
const patience = 5_000;
/** How long the first snapshot of a connection may take; a dashboard that has just started has to read the cluster first. */
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
 * Follows the snapshots for as long as the page is open. EventSource gives up for good at an answer that is not a stream, such as an error of a
 * proxy; this one begins again after any kind of answer, after a connection that broke, and after one that is silent.
 */
export class SnapshotStream {
  private pause = shortestPause;

  constructor(
    private readonly listener: StreamListener,
    private readonly clock: ServerClock,
  ) {}

  async follow(): Promise<never> {
    for (;;) {
      this.listener.failed(await this.read());
      // Not all pages at once when the dashboard comes back.
      await sleep(this.pause * (0.75 + Math.random() / 2));
      this.pause = Math.min(longestPause, this.pause * 2);
    }
  }

  /** Reads one connection to its end and returns why it ended. */
  private async read(): Promise<string> {
    const abort = new AbortController();
    let timer = 0;
    const expectWithin = (milliseconds: number) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => abort.abort(), milliseconds);
    };
    try {
      expectWithin(firstPatience);
      const response = await fetch("/api/stream", { signal: abort.signal, cache: "no-store", headers: { accept: "text/event-stream" } });
      if (!response.ok) return `it answers with status ${response.status}`;
      if (!response.body || !response.headers.get("content-type")?.startsWith("text/event-stream")) return "its answer is not a stream";
      this.clock.set(Number(response.headers.get("x-server-time")));
      await this.listener.opened(abort.signal);
      for await (const data of events(response.body)) {
        const snapshot = JSON.parse(data) as Snapshot;
        expectWithin(snapshot.intervalMs + patience);
        this.pause = shortestPause;
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

/** The data of each server-sent event. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const parts = text.split(/\r?\n\r?\n/);
    text = parts.pop() ?? "";
    for (const part of parts) {
      const data = part.split(/\r?\n/).flatMap((line) => (line.startsWith("data:") ? [line.slice(5).trimStart()] : []));
      if (data.length > 0) yield data.join("\n");
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
