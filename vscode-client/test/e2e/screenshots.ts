/** `make screenshots`: the editor in light and dark, for docs/. */

import * as fs from "node:fs/promises";
import * as path from "node:path";
import { ordinary } from "./folders";
import { Hands } from "./hands";
import { browser, CLIENT, missing, until, Workbenches } from "./workbench";

const THEMES = { light: "Default Light Modern", dark: "Default Dark Modern" };
const LOOKS = {
  "window.autoDetectColorScheme": false,
  "editor.fontSize": 12,
  "editor.lineHeight": 18,
  "editor.scrollbar.horizontal": "hidden",
  "editor.stickyScroll.enabled": false,
  "workbench.layoutControl.enabled": false,
  "workbench.activityBar.location": "hidden",
  "editor.folding": false,
  "editor.glyphMargin": false,
  "editor.lineNumbersMinChars": 3,
};
const DOCS = path.join(CLIENT, "..", "docs");

async function pictures(hands: Hands, theme: string): Promise<void> {
  const { page } = hands;
  const aside = async () => {
    await page.mouse.move(3, 3);
    await until(async () => !(await page.locator(".workbench-hover:visible").count()), "no tooltip");
  };
  const take = async (name: string) => {
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map((each) => each.finished)));
    await page.screenshot({ path: path.join(DOCS, `vscode-${name}-${theme}.png`) });
  };
  const code = hands.editor("digits_mlp.py");
  await page.keyboard.press("Control+b");
  await hands.goToLine(56);
  await hands.command("ADLS: Profile Gradient");
  await hands.dismiss("Gradient of loss:");
  await hands.someHints(code);
  await hands.hover(hands.line(code, "x = np.tanh(layer").getByText("tanh"), /without calls/);
  await take("hover");
  await page.keyboard.press("Escape");

  await hands.goToLine(42);
  await hands.command("ADLS: Show Pullback Code");
  const adjoint = hands.editor("log_softmax.py");
  await until(async () => (await hands.lines(adjoint)).some((line) => /def log_softmax__/.test(line)), "the adjoint");
  await hands.line(code, "def log_softmax").click();
  await hands.goToLine(42);
  await aside();
  await take("adjoint");

  await hands.command("ADLS: Show Canopy");
  await hands.webview("#time .block");
  await aside();
  await take("canopy");
}

const lacking = missing();
if (lacking) throw new Error(lacking);
const benches = await Workbenches.start({ interpreter: process.env.ADLS_PYTHON ?? "", trust: true });
const chrome = await browser();
try {
  const folder = path.join(benches.root, "samples");
  await fs.mkdir(folder);
  await ordinary(folder);
  for (const [theme, name] of Object.entries(THEMES)) {
    await benches.set({ ...LOOKS, "workbench.colorTheme": name });
    const hands = new Hands(await chrome.newPage({ viewport: { width: 1560, height: 780 } }));
    await hands.page.goto(benches.address(folder));
    await hands.ready();
    await hands.openFile("digits_mlp.py");
    await pictures(hands, theme);
    await hands.page.close();
  }
} finally {
  await chrome.close();
  await benches.stop();
}
