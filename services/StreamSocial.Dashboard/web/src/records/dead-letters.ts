import { confirmed } from "../confirm";
import { explain, send } from "../control-requests";
import { byId, cell, element, header } from "../dom";
import { bytes, count, dateTime } from "../format";
import { Reload } from "../reload";
import type { Snapshot } from "../snapshot";

interface DeadLetter {
  topic: string;
  partition: number;
  offset: number;
  at: number;
  originTopic: string | null;
  originPartition: number | null;
  originOffset: number | null;
  originEntry: number | null;
  originAt: number | null;
  tries: number | null;
  errorType: string | null;
  errorMessage: string | null;
  headers: { name: string; value: string | null }[];
  key: string | null;
  bytes: number;
  omittedBytes: number | null;
  contract: string | null;
  json: string | null;
  unknownBytes: number | null;
  base64: string | null;
  isReplayable: boolean;
  replayed: number | null;
}

interface DeadLetterList {
  letters: DeadLetter[];
  next: string | null;
  unread: string[];
}

const parameter = "topic";
const titles = ["", "Given up", "Origin", "Tries", "Bytes", "Error", "Sent back", ""];

/** The table of dead letters. */
export class DeadLetters {
  private readonly reload = new Reload("letters", () => this.read());
  private readonly topic = byId("letters-topic") as HTMLSelectElement;
  private readonly replay = byId("letters-replay") as HTMLButtonElement;
  private readonly older = byId("letters-older") as HTMLButtonElement;
  private readonly newest = byId("letters-newest") as HTMLButtonElement;
  private readonly chosen = new Set<string>();
  private readonly opened = new Set<string>();
  private wanted = new URL(location.href).searchParams.get(parameter) ?? "";
  private list: DeadLetterList | null = null;
  private problem = "";
  private shown = "";
  private before: string | null = null;
  private asks = 0;

  constructor() {
    this.topic.addEventListener("change", () => {
      this.wanted = this.topic.value;
      const address = new URL(location.href);
      if (this.wanted) address.searchParams.set(parameter, this.wanted);
      else address.searchParams.delete(parameter);
      history.replaceState(null, "", address);
      this.open(null);
    });
    this.older.addEventListener("click", () => this.open(this.list?.next ?? null));
    this.newest.addEventListener("click", () => this.open(null));
    this.replay.addEventListener("click", () => void this.ask());
    byId("letters").addEventListener("change", (event) => {
      const box = event.target as HTMLInputElement;
      if (box.checked) this.chosen.add(box.value);
      else this.chosen.delete(box.value);
      this.drawButtons();
    });
    byId("letters").addEventListener("click", (event) => {
      const id = (event.target as Element).closest<HTMLElement>("[data-details]")?.dataset.details;
      if (id) this.toggle(id);
    });
  }

  /** Each topic that is consumed may have dead letters. */
  show({ topics, versions }: Snapshot): void {
    this.reload.show(versions.deadLetters, versions.operations);
    if (this.topic.options.length > 1) return;
    this.topic.append(...topics.map(({ name }) => element("option", "", name)));
    this.topic.value = this.wanted;
  }

  restarted(): void {
    this.reload.forget();
  }

  private open(before: string | null): void {
    this.before = before;
    this.chosen.clear();
    this.opened.clear();
    void this.read();
  }

  private async read(): Promise<boolean> {
    const ask = ++this.asks;
    const query = new URLSearchParams();
    if (this.wanted) query.set("topic", this.wanted);
    if (this.before !== null) query.set("before", this.before);
    const response = await send("GET", `api/dead-letters?${query}`);
    const text = response?.ok ? await response.text() : "";
    const problem = response?.ok ? "" : await explain(response);
    // Something else has been asked for since.
    if (ask !== this.asks) return false;
    this.problem = problem;
    if (text !== "" && text === this.shown) return true;
    this.shown = text;
    this.list = text ? (JSON.parse(text) as DeadLetterList) : null;
    const there = new Set(this.list?.letters.map(idOf));
    for (const id of this.chosen) if (!there.has(id)) this.chosen.delete(id);
    this.draw();
    return text !== "";
  }

  private async ask(): Promise<void> {
    const letters = (this.list?.letters ?? []).filter((letter) => this.chosen.has(idOf(letter)));
    const repeated = letters.filter((letter) => letter.replayed !== null).length;
    const again = repeated > 0 ? ` ${count(repeated)} of them went before; whoever remembers no id applies them again.` : "";
    const question = `Send ${count(letters.length)} dead letters back? They go to the ends of the partitions they came from and take effect after all that followed them.${again}`;
    if (!(await confirmed(question, "Send back"))) return;
    this.replay.disabled = true;
    this.note("Sending…");
    // Each as it was shown: one that somebody else sends meanwhile does not go again unasked.
    const places = letters.map(({ topic, partition, offset, replayed }) => ({ topic, partition, offset, repeat: replayed !== null }));
    const response = await send("POST", "api/dead-letters:replay", { letters: places });
    this.note(response?.ok ? `${count(((await response.json()) as { sent: number }).sent)} were sent back.` : await explain(response));
    if (response?.ok) this.chosen.clear();
    this.shown = "";
    await this.read();
    this.drawButtons();
  }

  private toggle(id: string): void {
    if (!this.opened.delete(id)) this.opened.add(id);
    this.draw();
    byId("letters").querySelector<HTMLElement>(`[data-details="${CSS.escape(id)}"]`)?.focus();
  }

  private draw(): void {
    byId("letters").replaceChildren(this.content());
    byId("letters-unread").textContent = this.list && this.list.unread.length > 0 ? `Not read in time, so letters may be missing: ${this.list.unread.join(", ")}.` : "";
    this.drawButtons();
  }

  private content(): HTMLElement {
    if (this.list === null) return element("p", "empty unknown", `unknown: ${this.problem}`);
    if (this.list.letters.length === 0) return element("p", "empty", this.before === null ? "No dead letters." : "No older dead letters.");
    const head = element("tr", "", ...titles.map((title) => header(title, "col")));
    const rows = this.list.letters.flatMap((letter) => this.rows(letter));
    return element("table", "grid prose letters", element("thead", "", head), element("tbody", "", ...rows));
  }

  private rows(letter: DeadLetter): HTMLElement[] {
    const id = idOf(letter);
    const box = element("input");
    box.type = "checkbox";
    box.value = id;
    box.checked = this.chosen.has(id);
    box.disabled = !letter.isReplayable;
    box.setAttribute("aria-label", `Choose ${id}`);
    const isOpen = this.opened.has(id);
    const details = element("button", "link", isOpen ? "Less" : "Details");
    details.type = "button";
    details.dataset.details = id;
    details.setAttribute("aria-expanded", String(isOpen));
    const made = element(
      "tr",
      "",
      element("td", "", box),
      cell(dateTime(letter.at)),
      element("td", "", origin(letter)),
      cell(count(letter.tries)),
      cell(bytes(letter.bytes)),
      element("td", "error", `${shortName(letter.errorType)}: ${letter.errorMessage ?? ""}`),
      element("td", letter.replayed === null ? "dim" : "", letter.replayed === null ? "–" : dateTime(letter.replayed)),
      element("td", "", details),
    );
    made.dataset.letter = id;
    if (!isOpen) return [made];
    const wide = element("td", "letter", ...detailsOf(letter));
    wide.colSpan = titles.length;
    return [made, element("tr", "opened", wide)];
  }

  private drawButtons(): void {
    this.replay.disabled = this.chosen.size === 0;
    this.replay.textContent = this.chosen.size === 0 ? "Send back" : `Send ${count(this.chosen.size)} back`;
    this.older.disabled = !this.list?.next;
    this.newest.hidden = this.before === null;
  }

  private note(text: string): void {
    byId("letters-note").textContent = text;
  }
}

function idOf({ topic, partition, offset }: DeadLetter): string {
  return `${topic}:${partition}:${offset}`;
}

function origin({ originTopic, originPartition, originOffset }: DeadLetter): string {
  return `${originTopic ?? "unknown"} ${originPartition ?? "?"} @ ${originOffset ?? "?"}`;
}

/** Without its namespace. */
function shortName(type: string | null): string {
  return type?.split(".").at(-1) ?? "unknown";
}

function detailsOf(letter: DeadLetter): HTMLElement[] {
  const place = letter.originEntry === -1 ? "The record as a whole could not be read." : `Entry ${letter.originEntry ?? "unknown"} of its record.`;
  const parts: HTMLElement[] = [element("p", "dim", `${idOf(letter)}. ${place}${letter.isReplayable ? "" : " It cannot be sent back."}`)];
  if (letter.omittedBytes !== null) parts.push(element("p", "dim", `${bytes(letter.omittedBytes)} were left out, because they did not fit; its origin has them.`));
  if (letter.json !== null) {
    const unknown = letter.unknownBytes ? `, with ${bytes(letter.unknownBytes)} that it does not know` : "";
    parts.push(element("h3", "", `${letter.contract ?? "Message"}${unknown}`), element("pre", "", readable(letter.json)));
  }
  if (letter.base64 !== null) parts.push(element("h3", "", "Payload, hexadecimal"), element("pre", "", hex(letter.base64)));
  const headers = letter.headers.map(({ name, value }) => element("tr", "", header(name, "row"), element("td", "", value ?? "without a value")));
  parts.push(element("h3", "", "Headers"), element("table", "headers", element("tbody", "", ...headers)));
  return parts;
}

/** Without the escapes that protobuf's JSON has for markup; what was cut is shown as it came. */
function readable(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

function hex(base64: string): string {
  const pairs = [...atob(base64)].map((character) => character.charCodeAt(0).toString(16).padStart(2, "0"));
  return pairs.join(" ") || "empty";
}
