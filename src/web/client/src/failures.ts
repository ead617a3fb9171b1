import type { ResetReason } from "./codes.ts";
import type { Failure, Outcome } from "./types.ts";

export const failure = (code: string, message: string, retry: boolean, more: Partial<Failure> = {}): Failure => ({
  code,
  message,
  retry,
  ...more,
});

export const done = <Value>(value: Value): Outcome<Value> => ({ ok: true, value });
export const failed = (error: Failure): Outcome<never> => ({ ok: false, error });

export const text = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** `application/problem+json`, or whatever came instead of it. */
export function problem(status: number, body: unknown): Failure {
  const { code, detail, reason } = (body ?? {}) as { code?: string; detail?: string; reason?: ResetReason };
  return failure(
    typeof code === "string" ? code : `http_${status}`,
    typeof detail === "string" ? detail : `The node answered ${status}.`,
    status === 429 || status >= 500,
    reason ? { status, reason } : { status },
  );
}

/** Milliseconds that `Retry-After` asks for, or null; dates count from now. */
export function retryAfter(headers: Headers): number | null {
  const said = headers.get("Retry-After");
  if (!said) return null;
  const seconds = Number(said);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(said) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
