/** The walkthrough, from its first button to the canopy. */

import * as fs from "node:fs/promises";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Hands } from "./hands";
import { until } from "./workbench";
import { open, steps, type World } from "./world";

export function walkthrough(world: World): void {
  describe("the walkthrough", () => {
    let hands: Hands;
    steps(() => hands.page);

    before(async () => {
      const folder = path.join(world.benches.root, "empty");
      await fs.mkdir(folder);
      hands = await open(world, folder);
      await hands.command("Welcome: Open Walkthrough...");
      await hands.choose("Profile a gradient", "Profile a gradient");
    });
    after(() => hands.page.close());

    const step = async (title: string, button: string) => {
      await hands.page.locator(".getting-started-step").filter({ hasText: title }).first().click();
      await hands.page.locator(".getting-started-step.expanded").getByRole("button", { name: button }).click();
    };

    it("leads from the sample to its profile, its adjoint and its canopy", async () => {
      await step("Open the sample", "Open the Sample");
      const sample = hands.editor("first_gradient.py");
      await sample.locator(".codelens-decoration a").first().waitFor({ timeout: 60_000 });
      await step("Profile its gradient", "Profile Gradient");
      await hands.dismiss("Gradient of loss");
      await hands.someHints(sample);
      await step("Read the adjoint", "Show Pullback Code");
      await until(
        async () => (await hands.lines(hands.editor("loss.py"))).some((line) => /^def loss__/.test(line)),
        "the adjoint",
      );
      await step("See it all at once", "Show Canopy");
      await (await hands.webview("#time .block")).locator("#title").getByText("loss").waitFor();
    });
  });
}
