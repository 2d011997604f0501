import { byId } from "./dom";

const parameter = "view";
const first = "overview";

/** Shows the view that the address names, the first one if it names none, and follows the links between them without loading the page again. */
export function showViews(): void {
  show();
  window.addEventListener("popstate", show);
  byId("views").addEventListener("click", (event) => {
    const link = (event.target as Element).closest("a");
    // Opened in another tab or window, it is the browser's.
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (link.href !== location.href) history.pushState(null, "", link.href);
    show();
  });
}

function show(): void {
  const views = [...document.querySelectorAll<HTMLElement>(".view")];
  const wanted = viewOf(location.href);
  const shown = views.some((view) => view.dataset.view === wanted) ? wanted : first;
  for (const view of views) view.hidden = view.dataset.view !== shown;
  for (const link of byId("views").querySelectorAll("a")) {
    if (viewOf(link.href) === shown) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function viewOf(address: string): string {
  return new URL(address).searchParams.get(parameter) ?? first;
}
