import { ServerClock, SnapshotStream, type StreamListener } from "./stream";
import type { PageMessage, WorkerMessage } from "./worker";

/** Follows the snapshots for as long as the page is open: by the stream that all tabs share, or by one of its own where a browser knows no such workers. */
export function followSnapshots(listener: StreamListener, clock: ServerClock): void {
  if (typeof SharedWorker === "undefined") followAlone(listener, clock);
  else followShared(listener, clock);
}

function followShared(listener: StreamListener, clock: ServerClock): void {
  const { port } = new SharedWorker(new URL("./worker.ts", import.meta.url), { type: "module", name: "streamsocial" });
  const say = (message: PageMessage) => port.postMessage(message);
  port.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
    clock.set(data.serverTime);
    if (data.kind === "received") listener.received(data.snapshot);
    else if (data.kind === "failed") listener.failed(data.reason);
    else listener[data.kind]();
  };
  say("hello");
  // A page that is left may be kept, and come back as it was.
  window.addEventListener("pagehide", () => say("bye"));
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) say("hello");
  });
}

/** A hidden page gives its connection back: a browser has only six for all its tabs. */
function followAlone(listener: StreamListener, clock: ServerClock): void {
  const stream = new SnapshotStream(listener, clock, "api/stream");
  const pause = () => stream.setPaused(document.hidden);
  document.addEventListener("visibilitychange", pause);
  pause();
  void stream.follow();
}
