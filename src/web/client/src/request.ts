import type { Credentials } from "./credentials.ts";
import { done, failed, failure, problem, retryAfter, text } from "./failures.ts";
import type { Answer, Outcome, WriteRequest } from "./types.ts";
import type { World } from "./world.ts";

const PATIENCE = 30_000; // ms for an answer

/** @param after milliseconds that the node asks to wait before the same is sent again */
export type Sent = { outcome: Outcome<Answer>; after: number | null };

/** One request to the node's REST, with the token of the connection. A refused token is renewed once. */
export async function send(
  world: Pick<World, "fetch">,
  url: string,
  credentials: Credentials,
  request: Omit<WriteRequest, "method"> & { method: string },
  signal?: AbortSignal,
): Promise<Sent> {
  for (let again = false; ; again = true) {
    const credential = await credentials.get("stream");
    if ("error" in credential) return { outcome: failed(credential.error), after: null };
    const headers: Record<string, string> = { Accept: "application/json" };
    if (credential.kind === "token") headers.Authorization = `Bearer ${credential.token}`;
    if (request.key) headers["Idempotency-Key"] = request.key;
    if (request.ref) headers["Carillon-Ref"] = request.ref;
    if (request.version) headers["If-Match"] = `"${request.version}"`;
    const init: RequestInit = { method: request.method, headers, cache: "no-store", credentials: "omit" };
    if (request.body !== undefined) {
      headers["Content-Type"] = "application/json";
      try {
        init.body = JSON.stringify(request.body);
      } catch (cause) {
        return refused("malformed", text(cause), false, cause);
      }
    }
    const abort = new AbortController();
    const stop = () => abort.abort();
    const timer = setTimeout(stop, PATIENCE);
    signal?.addEventListener("abort", stop);
    try {
      const answer = await world.fetch(new URL(request.path, url).href, { ...init, signal: abort.signal });
      const said = await answer.text();
      const body: unknown = /json/.test(answer.headers.get("Content-Type") ?? "") ? JSON.parse(said) : said || null;
      if (answer.status === 401 && !again) {
        credentials.spoilt("refused");
        continue;
      }
      if (!answer.ok) return { outcome: failed(problem(answer.status, body)), after: retryAfter(answer.headers) };
      const cursor = answer.headers.get("Carillon-Cursor");
      return { outcome: done({ status: answer.status, body, cursor }), after: null };
    } catch (cause) {
      return refused("network", text(cause), true, cause);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

function refused(code: string, message: string, retry: boolean, cause?: unknown): Sent {
  return { outcome: failed(failure(code, message, retry, cause === undefined ? {} : { cause })), after: null };
}
