/** `make vscode`: VS Code in your own browser, with the extension in it, on the samples; Ctrl-C ends it. */

import { freePort, SAMPLES, Workbenches } from "./workbench";

const benches = await Workbenches.start({
  interpreter: process.env.ADLS_PYTHON ?? "",
  port: await freePort(Number(process.env.PORT ?? 8395)),
  trust: true,
});
console.log(`==> ${benches.address(SAMPLES, "digits_mlp.py")}`);
console.log("==> then: ADLS: Profile Gradient in the command palette (F1). Ctrl-C ends it.");
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, async () => {
    await benches.stop();
    process.exit(0);
  });
}
