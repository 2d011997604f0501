const tokenKey = "streamsocial-control-token";
const operatorKey = "streamsocial-operator";

/** How long an answer may take. The dashboard waits for a replica that is restarted for as long as Scale:CommandTimeout says, at most ten minutes. */
export const questionTimeoutMs = 20_000;
const commandTimeoutMs = 660_000;

/** Takes the token out of the address, where somebody could read it over a shoulder, and keeps it for this tab. */
export function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  try {
    if (given) {
      sessionStorage.setItem(tokenKey, given);
      history.replaceState(null, "", location.pathname + location.search);
    }
    return given ?? sessionStorage.getItem(tokenKey);
  } catch {
    // Without storage the token stays in the address, so that a reloaded page has it.
    return given;
  }
}

/** The name under which what this browser asks for is recorded; empty for none. */
export function operatorName(): string {
  try {
    return localStorage.getItem(operatorKey) ?? "";
  } catch {
    return "";
  }
}

/** Makes a field for that name: what is entered in one of them stands in the others too. */
export function bindOperator(field: HTMLInputElement): void {
  field.value = operatorName();
  field.addEventListener("change", () => {
    keepOperator(field.value);
    document.dispatchEvent(new CustomEvent("operator-changed", { detail: field.value }));
  });
  document.addEventListener("operator-changed", (event) => (field.value = (event as CustomEvent<string>).detail));
}

function keepOperator(name: string): void {
  try {
    localStorage.setItem(operatorKey, name);
  } catch {
    // Without storage nobody keeps it; then the log has the address that requests come from.
  }
}

/**
 * Sends a request with the control token and the operator's name; null when the dashboard cannot be reached, or does not answer wholly in time. What is no GET
 * is a command, for which it waits longer, unless it is told otherwise.
 */
export async function send(
  method: string,
  path: string,
  body: object | null = null,
  timeoutMs: number = method === "GET" ? questionTimeoutMs : commandTimeoutMs,
): Promise<Response | null> {
  const token = takeToken();
  const headers: Record<string, string> = {};
  if (token) headers["authorization"] = `Bearer ${token}`;
  const operator = operatorName();
  if (operator) headers["x-operator"] = encodeURIComponent(operator);
  if (body) headers["content-type"] = "application/json";
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(path, { method, headers, signal, cache: "no-store", ...(body ? { body: JSON.stringify(body) } : {}) });
    // Its end as well: whoever reads the answer does not wait any more.
    await response.clone().arrayBuffer();
    return response;
  } catch {
    return null;
  }
}

/** What an answer that is no success says, one sentence. */
export async function explain(response: Response | null): Promise<string> {
  if (response === null) return "The dashboard cannot be reached, or did not answer in time; look at the log of actions.";
  if (response.status === 401) return "The buttons need the control token: open the page by the link with #token= that the dashboard logs when it starts.";
  try {
    return ((await response.json()) as { detail?: string }).detail ?? `The dashboard answers with status ${response.status}.`;
  } catch {
    return `The dashboard answers with status ${response.status}.`;
  }
}
