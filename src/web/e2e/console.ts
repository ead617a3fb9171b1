// The console in Chromium: pages of people, and what every page must keep.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { nodePort } from "./stage.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const SIZES = {
  phone: { width: 390, height: 844 },
  laptop: { width: 1280, height: 800 },
  wall: { width: 1920, height: 1080 },
} as const;

export interface Desk {
  context: BrowserContext;
  page: Page;
  /** What went wrong in the page: nothing may. */
  errors: string[];
}

/** A browser of a demo user, on a page of the console; by way of `origin` if that is given. */
export async function desk(browser: Browser, user: string | null, page = "", origin?: string): Promise<Desk> {
  const context = await browser.newContext({ viewport: SIZES.laptop, reducedMotion: "reduce", locale: "en-GB" });
  const errors: string[] = [];
  context.on("weberror", error => errors.push(String(error.error())));
  context.on("console", message => {
    // Requests that are answered with errors, or not at all, are part of some tests.
    if (message.type() === "error" && !/Failed to load resource|WebSocket connection/.test(message.text())) {
      errors.push(message.text());
    }
  });
  await context.addInitScript(() => {
    Object.assign(window, { carillonBackoff: { min: 50, max: 400 } });
    // Where a debugger looks at a page, it may sound; people's browsers want a touch first.
    const Native = AudioContext;
    window.AudioContext = class extends Native {
      constructor() {
        super();
        void this.suspend();
      }
    };
  });
  const opened = await context.newPage();
  await opened.goto(`${origin ?? `http://localhost:${nodePort}`}/${user ? `?user=${user}` : ""}#/${page}`);
  return { context, page: opened, errors };
}

/** Sets this run apart from earlier ones on the same stage. */
export const run = Date.now().toString(36);

export const live = (page: Page) => page.locator('[data-testid="connection"][data-state="connected"]').waitFor();

/** No violation that axe can find, in light and in dark. */
export async function accessible(page: Page): Promise<void> {
  // The page's policy lets no inline script in; what the debugger evaluates is not asked.
  await page.evaluate(`${axe}; undefined`);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
      interface Violation {
        id: string;
        nodes: { target: string[]; failureSummary: string }[];
      }
      const { violations } = await axe.run({ resultTypes: ["violations"] });
      return violations.flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
      );
    });
    expect(found, `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

const shots = process.env.CARILLON_SHOTS;

/** With CARILLON_SHOTS=folder: the page at every size, light and dark, for people to look at. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!shots) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: `${shots}/${name}-${size}-${colorScheme}.png`, animations: "disabled" });
    }
  }
  await page.setViewportSize(SIZES.laptop);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

/** REST in the name of a demo user. */
export async function rest(user: string, method: string, path: string, body?: unknown): Promise<Response> {
  const node = `http://localhost:${nodePort}`;
  const headers = { "Content-Type": "application/json" };
  const asked = await fetch(`${node}/api/demo/token`, { method: "POST", headers, body: JSON.stringify({ user }) });
  const { token } = (await asked.json()) as { token: string };
  const answer = await fetch(node + path, {
    method,
    headers: { ...headers, Authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
