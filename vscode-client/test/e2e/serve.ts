/** `make vscode`: VS Code in your own browser, with the extension in it, on the samples; Ctrl-C ends it. */

import { spawn } from "node:child_process";
import { freePort, SAMPLES, Workbenches } from "./workbench";

const benches = await Workbenches.start({
  interpreter: process.env.ADLS_PYTHON ?? "",
  port: await freePort(Number(process.env.PORT ?? 8395)),
  trust: true,
});
const address = benches.address(SAMPLES, "digits_mlp.py");
console.log(`==> ${address}`);
const { DISPLAY, WAYLAND_DISPLAY } = process.env;
if (process.platform === "darwin" || DISPLAY || WAYLAND_DISPLAY) {
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  // Where there is none, the address is on the screen.
  spawn(opener, [address], { stdio: "ignore", detached: true }).on("error", () => undefined);
}
console.log("==> then: ADLS: Profile Gradient in the command palette (F1). Ctrl-C ends it.");
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, async () => {
    await benches.stop();
    process.exit(0);
  });
}
