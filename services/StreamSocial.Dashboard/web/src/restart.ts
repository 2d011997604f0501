import { confirmed } from "./confirm";
import { explain, send } from "./control-requests";
import { byId, element } from "./dom";

const restarting = new Set<string>();

/** A button that restarts a feed generator; nothing for what is none of the AppHost's. */
export function restartButton(replica: string): HTMLElement | string {
  if (!replica.startsWith("feed-generator-")) return "";
  const made = element("button", "link", restarting.has(replica) ? "restarting…" : "Restart");
  made.type = "button";
  made.dataset.restart = replica;
  made.disabled = restarting.has(replica);
  made.setAttribute("aria-label", `Restart ${replica}`);
  return made;
}

/** Follows the buttons of the table, whose rows are made anew with each snapshot. */
export function followRestarts(table: HTMLElement): void {
  table.addEventListener("click", (event) => {
    const replica = (event.target as Element).closest<HTMLElement>("[data-restart]")?.dataset.restart;
    if (replica) void restart(replica);
  });
}

async function restart(replica: string): Promise<void> {
  if (!(await confirmed(`Restart ${replica}? It hands its partitions over and takes some back when it is there again.`, "Restart"))) return;
  restarting.add(replica);
  write(`Restarting ${replica}…`);
  const response = await send("POST", `api/replicas/${encodeURIComponent(replica)}/restart`);
  restarting.delete(replica);
  document.dispatchEvent(new Event("operations-changed"));
  write(response?.ok ? `${replica} was restarted.` : `${replica} was not restarted. ${await explain(response)}`);
}

function write(text: string): void {
  byId("restart-note").textContent = text;
}
