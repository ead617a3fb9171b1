/** Milliseconds with their fraction: Postgres tells microseconds, Date drops them. */
export function precise(iso: string): number {
  const fraction = /\.(\d+)/.exec(iso)?.[1] ?? "0";
  return Date.parse(iso.replace(/\.\d+/, "")) + Number(`0.${fraction}`) * 1000;
}

export const now = () => performance.timeOrigin + performance.now();

/** The database's clock against ours: how far ahead, and within what doubt; milliseconds. */
export async function compare(): Promise<{ ahead: number; doubt: number }> {
  let best = { ahead: 0, doubt: Number.POSITIVE_INFINITY };
  for (let turn = 0; turn < 7; turn++) {
    const before = now();
    const answer = await fetch("/api/demo/clock", { cache: "no-store" });
    const body = (await answer.json()) as { now: string };
    const after = now();
    const doubt = (after - before) / 2;
    if (doubt < best.doubt) best = { doubt, ahead: precise(body.now) - (before + after) / 2 };
  }
  return best;
}

export const span = (ms: number): string =>
  ms < 10
    ? `${ms.toFixed(1)} ms`
    : ms < 1000
      ? `${Math.round(ms)} ms`
      : ms < 90_000
        ? `${(ms / 1000).toFixed(1)} s`
        : `${Math.round(ms / 60_000)} min`;
