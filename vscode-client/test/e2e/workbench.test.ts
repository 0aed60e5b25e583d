/** The extension as a user meets it: installed from its package into VS Code, with mouse and keys only. */

import { after, before } from "node:test";
import { canopyAndAdjoint } from "./firstProfile";
import { firstThirtySeconds } from "./firstThirtySeconds";
import { hostileFolder } from "./hostileFolder";
import { unsavedEdits } from "./unsavedEdits";
import { walkthrough } from "./walkthrough";
import { browser, missing, Workbenches } from "./workbench";
import type { World } from "./world";

const lacking = missing();
if (lacking) {
  console.log(`==> the tests in VS Code did not run: ${lacking}`);
  process.exit(process.env.CI === "true" || process.env.CI === "1" ? 1 : 0);
}

const world = {} as World;

before(async () => {
  world.benches = await Workbenches.start({ interpreter: process.env.ADLS_PYTHON ?? "" });
  world.chrome = await browser();
});

after(async () => {
  await world.chrome?.close();
  await world.benches?.stop();
});

canopyAndAdjoint(world);
unsavedEdits(world);
firstThirtySeconds(world);
walkthrough(world);
hostileFolder(world);
