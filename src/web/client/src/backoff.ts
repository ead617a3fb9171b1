import type { BackoffOptions } from "./types.ts";

export interface Backoff {
  readonly attempts: number;
  readonly max: number;
  /** Milliseconds before the n-th attempt in a row, from 1 on. */
  wait(n: number): number;
}

/** Twice as long each time, up to a quarter less by chance, so that a crowd does not come back at once. */
export function backoff({ min = 1000, max = 30_000, attempts = 10 }: BackoffOptions, random: () => number): Backoff {
  return { attempts, max, wait: n => Math.min(max, min * 2 ** Math.min(n - 1, 30)) * (1 - random() / 4) };
}
