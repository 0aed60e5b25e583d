/** A folder in which everything that runs leaves a mark is opened, untrusted and trusted: nothing of it runs. */

import assert from "node:assert/strict";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { hostile } from "./folders";
import type { Hands } from "./hands";
import { until } from "./workbench";
import { open, steps, type World } from "./world";

export function hostileFolder(world: World): void {
  describe("a hostile folder", () => {
    let hands: Hands;
    let marks: string;
    steps(() => hands.page);

    before(async () => {
      const folder = path.join(world.benches.root, "hostile");
      marks = path.join(world.benches.root, "marks");
      await hostile(folder, marks);
      hands = await open(world, folder, "model.py", false);
    });
    after(() => hands.page.close());

    const looksAround = async () => {
      const model = hands.editor("model.py");
      await hands.hover(hands.line(model, "y = np.tanh(x)").getByText("tanh"), /adjoint of numpy\.tanh/);
      await hands.page.keyboard.press("Escape");
      await hands.lens(model, "show pullback");
      const adjoint = hands.editor("loss.py");
      await until(
        async () => (await hands.lines(adjoint)).some((line) => /loss__back/.test(line)),
        "the adjoint",
      );
      assert.deepEqual(await fs.readdir(marks), []);
    };

    it("has its static views in Restricted Mode, and runs nothing", looksAround);

    it("is not profiled in Restricted Mode", async () => {
      await hands.line(hands.editor("model.py"), "y = np.tanh(x)").click();
      await hands.command("ADLS: Profile Gradient");
      await hands.press(hands.notification("not trusted"), "Manage Workspace Trust");
      assert.deepEqual(await fs.readdir(marks), []);
    });

    it("runs nothing when it is trusted and opened either", async () => {
      await hands.page.getByRole("button", { name: "Trust", exact: true }).first().click();
      await hands.reload();
      await hands.page.locator('.tab[data-resource-name="model.py"]').click();
      await looksAround();
    });
  });
}
