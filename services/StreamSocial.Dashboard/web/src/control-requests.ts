const tokenKey = "streamsocial-control-token";

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

/** Sends a request with the control token; null when the dashboard cannot be reached. */
export async function send(method: string, path: string, body: object | null = null): Promise<Response | null> {
  const token = takeToken();
  const headers: Record<string, string> = {};
  if (token) headers["authorization"] = `Bearer ${token}`;
  if (body) headers["content-type"] = "application/json";
  try {
    return await fetch(path, { method, headers, cache: "no-store", ...(body ? { body: JSON.stringify(body) } : {}) });
  } catch {
    return null;
  }
}

/** What an answer that is no success says, one sentence. */
export async function explain(response: Response | null): Promise<string> {
  if (response === null) return "The dashboard cannot be reached.";
  if (response.status === 401) return "The buttons need the control token: open the page by the link with #token= that the dashboard logs when it starts.";
  try {
    return ((await response.json()) as { detail?: string }).detail ?? `The dashboard answers with status ${response.status}.`;
  } catch {
    return `The dashboard answers with status ${response.status}.`;
  }
}
