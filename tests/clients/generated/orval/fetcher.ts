// Where orval's functions send their requests: it writes paths and leaves the rest to the team.
let base = '';
let authorization: Record<string, string> = {};

/** Sets the address of the service, and the key of whoever calls it. */
export function configure(baseUrl: string, key: string | null): void {
  base = baseUrl;
  authorization = key ? { Authorization: `Basic ${btoa(`${key}:`)}` } : {};
}

/** Sends a request of a generated function. */
export async function fetcher<T>(url: string, options: RequestInit): Promise<T> {
  const headers = { ...options.headers, ...authorization };
  const response = await fetch(base + url, { ...options, headers });
  return { data: await response.json(), status: response.status, headers: response.headers } as T;
}
