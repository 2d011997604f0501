type Child = Node | string;

/** An element with a class and children; strings become text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** An element of a drawing. */
export function vector<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Record<string, string | number>): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}.`);
  return found;
}

/** Text that is dimmed when it stands for an unknown figure. */
export function figure(text: string, className = ""): HTMLElement {
  return element("span", `${className}${text === "unknown" ? " unknown" : ""}`.trim(), text);
}

/** The head of a row or a column. */
export function header(text: string, scope: "row" | "col"): HTMLTableCellElement {
  const made = element("th", "", text);
  made.scope = scope;
  return made;
}

/** A figure in a table. */
export function cell(text: string, isAlarm = false): HTMLElement {
  return element("td", isAlarm ? "alarm" : "", figure(text));
}

/** Writes a text where it is another one: what stays is not announced again. */
export function write(id: string, text: string): void {
  if (byId(id).textContent !== text) byId(id).textContent = text;
}
