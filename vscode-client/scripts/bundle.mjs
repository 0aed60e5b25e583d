// Makes bundled/libs: adls and what its server imports, pure Python only, as bundled/requirements.txt says.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const libs = join(root, "bundled", "libs");
const pure =
  "--no-deps --no-compile --only-binary=:all: --implementation py --abi none --platform any --python-version 3.11";

rmSync(libs, { recursive: true, force: true });
execFileSync(
  process.env.PYTHON ?? "python3",
  [
    ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pure.split(" ")],
    ...["--target", libs, "--require-hashes", "-r", join(root, "bundled", "requirements.txt")],
  ],
  { stdio: ["ignore", "inherit", "inherit"] },
);
rmSync(join(libs, "bin"), { recursive: true, force: true });
cpSync(join(root, "..", "adls"), join(libs, "adls"), {
  recursive: true,
  filter: (source) => !source.endsWith("__pycache__"),
});

const native = readdirSync(libs, { recursive: true }).filter((name) => /\.(so|pyd|dylib)$/.test(name));
if (native.length) throw new Error(`not pure Python: ${native.join(", ")}`);
