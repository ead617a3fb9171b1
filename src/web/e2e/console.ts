// The console in Chromium: pages of people, and what every page must keep.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { Gateway, hurry, launch, nodePort, stage } from "./stage.ts";

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

export interface DeskOptions {
  /** By way of this one. */
  origin?: string;
  /** The service worker keeps the console. */
  kept?: boolean;
  /** Clocks run so many times as fast. */
  times?: number;
}

/** A browser of a demo user, on a page of the console. */
async function desk(
  browser: Browser,
  user: string | null,
  page = "",
  { origin, kept = false, times = 1 }: DeskOptions = {},
): Promise<Desk> {
  const context = await browser.newContext({
    viewport: SIZES.laptop,
    reducedMotion: "reduce",
    locale: "en-GB",
    serviceWorkers: kept ? "allow" : "block",
  });
  if (times !== 1) await hurry(context, times);
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

/** A browser for the tests of a file, and for each of them a proxy and desks, put away after it. */
export function theatre() {
  let browser: Browser;
  let proxy: Gateway;
  const desks: Desk[] = [];
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    await stage.start();
    proxy = await new Gateway().start();
  });
  afterEach(async () => {
    const errors = desks.flatMap(one => one.errors);
    for (const { context } of desks.splice(0)) await context.close();
    proxy.close();
    expect(errors, "nothing is ever thrown into the page, nor refused by its policy").toEqual([]);
  });
  return {
    proxy: () => proxy,
    desk: async (user: string | null, page = "", options: DeskOptions = {}): Promise<Desk> => {
      const opened = await desk(browser, user, page, options);
      desks.push(opened);
      return opened;
    },
  };
}

/** Sets this run apart from earlier ones on the same stage. */
export const run = Date.now().toString(36);

export const live = (page: Page) => page.locator('[data-testid="connection"][data-state="connected"]').waitFor();

/** Returns when nothing on the page is still being read: then it is told what comes from now on. */
export const read = (page: Page) => page.waitForFunction(() => document.querySelector("main .loading") === null);

/**
 * Keeps what the page shows of its connection from now on, state and words, however short it is to be seen. Each call of
 * what is returned waits until something was shown that matches, after what the call before has found.
 */
export async function watched(page: Page): Promise<(wanted: RegExp) => Promise<void>> {
  await page.evaluate(() => {
    const shown: string[] = [];
    const look = () => {
      const at = document.querySelector<HTMLElement>('[data-testid="connection"]');
      const now = at ? `${at.dataset.state}: ${at.textContent}` : "";
      if (now !== shown.at(-1)) shown.push(now);
    };
    const what = { subtree: true, childList: true, characterData: true, attributeFilter: ["data-state"] };
    new MutationObserver(look).observe(document.body, what);
    look();
    Object.assign(window, { shown });
  });
  let after = 0;
  return async wanted => {
    const found = await page.waitForFunction(
      ([pattern, from]) => {
        const { shown } = window as unknown as { shown: string[] };
        return shown.findIndex((one, at) => at >= from && new RegExp(pattern).test(one)) + 1;
      },
      [wanted.source, after] as const,
    );
    after = await found.jsonValue();
  };
}

/** What `watched` has kept, in its order. */
export const shown = (page: Page) => page.evaluate(() => (window as unknown as { shown: string[] }).shown);

/** Returns when the text was on the page, however short; asked for before whatever brings it. */
export const passes = (page: Page, text: string) =>
  page.waitForFunction(wanted => document.body.textContent?.includes(wanted), text);

/** No violation that axe can find, in light; and in dark, where only colours differ. */
export async function accessible(page: Page): Promise<void> {
  // The page's policy lets no inline script in; what the debugger evaluates is not asked.
  await page.evaluate(`${axe}; undefined`);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    const found = await page.evaluate(async colours => {
      const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
      interface Violation {
        id: string;
        nodes: { target: string[]; failureSummary: string }[];
      }
      const only = colours ? { runOnly: { type: "rule", values: ["color-contrast"] } } : {};
      const { violations } = await axe.run({ resultTypes: ["violations"], ...only });
      return violations.flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
      );
    }, colorScheme === "dark");
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

const node = `http://localhost:${nodePort}`;
const json = { "Content-Type": "application/json" };
const tokens = new Map<string, string>();

async function token(user: string): Promise<string> {
  const known = tokens.get(user);
  if (known) return known;
  const asked = await fetch(`${node}/api/demo/token`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ user }),
  });
  const { token } = (await asked.json()) as { token: string };
  tokens.set(user, token);
  return token;
}

/** REST in the name of a demo user; an edit says which version it saw. */
export async function rest(
  user: string,
  method: string,
  path: string,
  body?: unknown,
  version?: number,
): Promise<Response> {
  const seen = version === undefined ? {} : { "If-Match": `"${version}"` };
  const answer = await fetch(node + path, {
    method,
    headers: { ...json, ...seen, Authorization: `Bearer ${await token(user)}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
