/** What all scenarios share: one server of workbenches, one browser, and steps that build on each other. */

import assert from "node:assert/strict";
import * as path from "node:path";
import { afterEach, beforeEach } from "node:test";
import type { Browser, Page } from "playwright-core";
import { Hands } from "./hands";
import { CLIENT, type Workbenches } from "./workbench";

export interface World {
  benches: Workbenches;
  chrome: Browser;
}

export const FIGURES = /^\d[\d.]*(ns|µs|ms|s) · (0|\d[\d.]*(ns|µs|ms|s)) · (0|\d[\d.]*(B|kB|MB))$/;

/** One that fails ends those after it, and leaves a picture of what was on screen. */
export function steps(page: () => Page): void {
  let failed = false;
  beforeEach(() => assert.ok(!failed, "an earlier step failed"));
  afterEach(async (context) => {
    if (failed) return;
    failed = "passed" in context && context.passed === false;
    const name = `${context.name.replace(/\W+/g, "-").slice(0, 50)}.png`;
    if (failed) await page().screenshot({ path: path.join(CLIENT, "dist", "failures", name) });
  });
}

/** A window on a folder with a file of it open, by way of the explorer. */
export async function open({ benches, chrome }: World, folder: string, file = "", trust = true): Promise<Hands> {
  const context = await chrome.newContext({ viewport: { width: 1500, height: 950 } });
  const hands = new Hands(await context.newPage());
  await hands.page.goto(benches.address(folder));
  await hands.ready(trust);
  if (file) await hands.openFile(file);
  return hands;
}
