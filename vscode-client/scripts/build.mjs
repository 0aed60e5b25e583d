// Bundles the extension, or with --tests what tests it.
import { build } from "esbuild";

const common = { bundle: true, platform: "node", target: "node20", logLevel: "warning" };
const production = process.argv.includes("--production");

if (process.argv.includes("--tests")) {
  await build({
    ...common,
    entryPoints: ["test/e2e/*.ts", "test/unit/*.ts"],
    outdir: "dist/test",
    outbase: "test",
    outExtension: { ".js": ".mjs" },
    format: "esm",
    packages: "external",
  });
} else {
  await build({
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    format: "cjs",
    external: ["vscode"],
    minify: production,
    sourcemap: !production,
  });
}
