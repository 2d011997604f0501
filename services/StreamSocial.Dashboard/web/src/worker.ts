import type { Snapshot } from "./snapshot";
import { ServerClock, SnapshotStream, type StreamListener } from "./stream";

/** What the worker tells a page, with the dashboard's time; what a page tells the worker is whether it is there. */
export type WorkerMessage = { serverTime: number } & ({ kind: "opened" } | { kind: "alive" } | { kind: "received"; snapshot: Snapshot } | { kind: "failed"; reason: string });
export type PageMessage = "hello" | "bye";

/**
 * One stream for all tabs of a browser: over HTTP/1.1 it opens six connections to a host at most, and a stream in each tab would take them all, so that
 * the seventh tab would wait for ever.
 */
class SharedStream implements StreamListener {
  private readonly ports = new Set<MessagePort>();
  private readonly clock = new ServerClock();
  private latest: Snapshot | null = null;
  private problem: string | null = null;
  private isOpen = false;

  start(): void {
    void new SnapshotStream(this, this.clock, "api/stream").follow();
  }

  connect(port: MessagePort): void {
    port.onmessage = ({ data }: MessageEvent<PageMessage>) => {
      if (data === "bye") this.ports.delete(port);
      else this.welcome(port);
    };
  }

  opened(): void {
    this.problem = null;
    this.isOpen = true;
    this.tell({ kind: "opened", serverTime: this.clock.now() });
  }

  received(snapshot: Snapshot): void {
    this.latest = snapshot;
    this.tell({ kind: "received", snapshot, serverTime: this.clock.now() });
  }

  alive(): void {
    this.tell({ kind: "alive", serverTime: this.clock.now() });
  }

  failed(reason: string): void {
    this.problem = reason;
    this.isOpen = false;
    this.tell({ kind: "failed", reason, serverTime: this.clock.now() });
  }

  /** A page that comes later learns what the others know. */
  private welcome(port: MessagePort): void {
    this.ports.add(port);
    const serverTime = this.clock.now();
    const say = (message: WorkerMessage) => port.postMessage(message);
    // The stream may have been opened before this page was heard, and its first snapshot may still be to come.
    if (this.isOpen || this.latest) say({ kind: "opened", serverTime });
    if (this.latest) say({ kind: "received", snapshot: this.latest, serverTime });
    if (this.problem !== null) say({ kind: "failed", reason: this.problem, serverTime });
  }

  private tell(message: WorkerMessage): void {
    for (const port of this.ports) port.postMessage(message);
  }
}

const shared = new SharedStream();
(self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = ({ ports: [port] }) => {
  if (port) shared.connect(port);
};
shared.start();
