import { createTable, getCoreRowModel, getFilteredRowModel, getSortedRowModel, type SortingState, type Table } from "@tanstack/table-core";
import { byId, cell, element, header } from "./dom";
import { unknown } from "./format";

type Value = string | number | null;

export interface Column<T> {
  /** Its name in the address. */
  id: string;
  title: string;
  /** What rows are sorted and filtered by; null is unknown and comes last. */
  value: (row: T) => Value;
  /** The cell; by default the value as text. */
  cell?: (row: T) => HTMLElement;
}

/** Where a grid is on the page, and what it shows. */
export interface GridOptions<T> {
  /** The element that it fills; its address parameters begin with this id. */
  id: string;
  /** What it lists, for a screen reader. */
  label: string;
  /** The first column is the head of each row. */
  columns: Column<T>[];
  key: (row: T) => string;
  /** What a row says about itself below its cells, across the table. */
  details?: (row: T) => HTMLElement | null;
  /** Called for each row that is made. */
  decorate?: (row: HTMLTableRowElement, data: T) => void;
}

/** A table that is sorted by its column heads and filtered by a text, both kept in the address. */
export class Grid<T> {
  private readonly body = element("tbody");
  private readonly heads: Map<string, HTMLTableCellElement>;
  private readonly search = element("input");
  private readonly none = element("p", "empty");
  private readonly root: HTMLElement[];
  private readonly table: Table<T>;
  private readonly made = new Map<string, { text: string; rows: HTMLTableRowElement[] }>();

  constructor(private readonly options: GridOptions<T>) {
    this.heads = new Map(options.columns.map((column) => [column.id, this.head(column)]));
    this.search.type = "search";
    this.search.placeholder = "Find";
    this.search.setAttribute("aria-label", `Find in ${options.label}`);
    this.search.addEventListener("input", () => this.change({ find: this.search.value }));
    const scroll = element("div", "scroll", element("table", "grid", element("thead", "", element("tr", "", ...this.heads.values())), this.body));
    // Whoever has no pointer scrolls a wide table with the arrow keys.
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", options.label);
    this.root = [element("div", "find", this.search), scroll, this.none];
    this.table = createTable<T>({
      data: [],
      columns: options.columns.map(({ id, value }) => ({ id, accessorFn: (row: T) => value(row) ?? undefined, sortUndefined: "last" as const, sortDescFirst: false })),
      state: {},
      onStateChange: () => undefined,
      renderFallbackValue: null,
      getRowId: options.key,
      getColumnCanGlobalFilter: () => true,
      globalFilterFn: (row, column, text) => String(row.getValue(column) ?? unknown).toLowerCase().includes(String(text).toLowerCase()),
      getCoreRowModel: getCoreRowModel(),
      getFilteredRowModel: getFilteredRowModel(),
      getSortedRowModel: getSortedRowModel(),
    });
    window.addEventListener("popstate", () => this.draw());
  }

  /** Shows rows; null says that they are unknown. */
  show(rows: T[] | null): void {
    const place = byId(this.options.id);
    if (rows === null) {
      place.replaceChildren(element("p", "empty unknown", unknown));
      return;
    }
    if (!this.root.every((part) => part.parentElement === place)) place.replaceChildren(...this.root);
    this.table.setOptions((options) => ({ ...options, data: rows }));
    this.draw();
  }

  private draw(): void {
    const { sorting, find } = this.read();
    if (document.activeElement !== this.search) this.search.value = find;
    this.table.setOptions((options) => ({ ...options, state: { ...this.table.initialState, sorting, globalFilter: find } }));
    for (const [id, head] of this.heads) {
      const by = sorting.find((sort) => sort.id === id);
      head.setAttribute("aria-sort", by === undefined ? "none" : by.desc ? "descending" : "ascending");
    }
    const rows = this.table.getRowModel().rows.map((row) => row.original);
    const drawn = rows.flatMap((row) => this.rowsOf(row));
    // Rows that are as they were stay in place, and with them what is selected in them.
    if (drawn.length !== this.body.children.length || drawn.some((row, index) => this.body.children[index] !== row)) this.body.replaceChildren(...drawn);
    this.none.hidden = rows.length > 0;
    this.none.textContent = find === "" ? "Nothing here." : `Nothing matches ${find}.`;
  }

  private rowsOf(row: T): HTMLTableRowElement[] {
    const { columns, key, details, decorate } = this.options;
    const text = JSON.stringify(row);
    const before = this.made.get(key(row));
    if (before?.text === text) return before.rows;
    const [first, ...others] = columns.map((column) => column.cell?.(row) ?? textCell(column.value(row)));
    const name = header("", "row");
    name.append(...(first?.childNodes ?? []));
    const made = element("tr", "", name, ...others);
    decorate?.(made, row);
    const more = details?.(row) ?? null;
    const rows = [made];
    if (more !== null) {
      const wide = element("td", "wide", more);
      wide.colSpan = columns.length;
      rows.push(element("tr", "more", wide));
    }
    this.made.set(key(row), { text, rows });
    return rows;
  }

  private head({ id, title }: Column<T>): HTMLTableCellElement {
    const button = element("button", "", title);
    button.type = "button";
    button.addEventListener("click", () => {
      const [by] = this.read().sorting;
      this.change({ sort: by?.id !== id ? id : by.desc ? "" : `-${id}` });
    });
    const head = header("", "col");
    head.append(button);
    return head;
  }

  private read(): { sorting: SortingState; find: string } {
    const parameters = new URLSearchParams(location.search);
    const sort = parameters.get(`${this.options.id}-sort`) ?? "";
    const [id, desc] = sort.startsWith("-") ? [sort.slice(1), true] : [sort, false];
    return { sorting: this.heads.has(id) ? [{ id, desc }] : [], find: parameters.get(`${this.options.id}-find`) ?? "" };
  }

  private change(changes: { sort?: string; find?: string }): void {
    const address = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value === "") address.searchParams.delete(`${this.options.id}-${name}`);
      else address.searchParams.set(`${this.options.id}-${name}`, value);
    }
    history.replaceState(null, "", address);
    this.draw();
  }
}

function textCell(value: Value): HTMLElement {
  return cell(value === null ? unknown : String(value));
}
