/** Which Python runs the server: the chosen one if it is new enough, else any that is.
 *
 * One that lies in the workspace is never run for this, but as the last resort in a workspace that is trusted:
 * opening a folder must run nothing of it. No VS Code in here.
 */

import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { isExecutable, liesIn } from "./places";

const OLDEST = [3, 11] as const;
const WINDOWS = process.platform === "win32";
const NAMES = ["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python"];
const PROBE = "import sys; print(*sys.version_info[:2])";
const PATIENCE = 15_000; // milliseconds for a Python from a cold disk

export interface Found {
  /** The interpreter, undefined where none will do. */
  path: string | undefined;
  /** What was looked at and why it will not do, for people. */
  refused: string[];
}

export interface Workspace {
  folders: readonly string[];
  trusted: boolean;
}

export async function serverInterpreter(chosen: string, workspace: Workspace, cwd: string): Promise<Found> {
  const refused: string[] = [];
  const inside: string[] = [];
  const seen = new Set<string>();
  for await (const candidate of candidates(chosen)) {
    if (seen.has(candidate) || !(await isExecutable(candidate))) continue;
    seen.add(candidate);
    if (await liesIn(workspace.folders, candidate)) {
      inside.push(candidate);
      continue;
    }
    const problem = await problemOf(candidate, cwd);
    if (problem === undefined) return { path: candidate, refused };
    refused.push(`${candidate}: ${problem}`);
  }
  for (const candidate of inside) {
    const problem = workspace.trusted ? await problemOf(candidate, cwd) : "it lies in the workspace";
    if (problem === undefined) return { path: candidate, refused };
    refused.push(`${candidate}: ${problem}`);
  }
  return { path: undefined, refused };
}

async function* candidates(chosen: string): AsyncGenerator<string> {
  if (chosen) yield path.isAbsolute(expanded(chosen)) ? expanded(chosen) : "";
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(path.isAbsolute);
  for (const name of NAMES) for (const folder of folders) yield executable(folder, name);
  for await (const folder of usualFolders()) for (const name of NAMES) yield executable(folder, name);
}

const executable = (folder: string, name: string) => path.join(folder, WINDOWS ? `${name}.exe` : name);
const expanded = (name: string) => name.replace(/^~(?=$|\/)/, os.homedir());

/** Where Pythons are that are not on the PATH. */
async function* usualFolders(): AsyncGenerator<string> {
  yield* ["/opt/homebrew/bin", "/usr/local/bin", "/usr/bin"];
  const home = os.homedir();
  const stores = [".local/share/uv/python", ".pyenv/versions", "miniforge3", "miniconda3", "anaconda3"];
  for (const store of stores.map((name) => path.join(home, name))) {
    yield path.join(store, "bin");
    const versions = await fs.readdir(store).catch(() => [] as string[]);
    for (const version of versions.sort().reverse()) yield path.join(store, version, WINDOWS ? "" : "bin");
  }
}

/** Why an interpreter cannot run the server; undefined where it can. */
async function problemOf(interpreter: string, cwd: string): Promise<string | undefined> {
  const answer = await new Promise<string>((resolve) => {
    const options = { cwd, timeout: PATIENCE, windowsHide: true };
    execFile(interpreter, ["-I", "-S", "-c", PROBE], options, (error, stdout) =>
      resolve(error ? "" : stdout),
    );
  });
  const [major = 0, minor = 0] = answer.trim().split(" ").map(Number);
  if (!answer) return "it does not run";
  const fits = major === OLDEST[0] && minor >= OLDEST[1];
  return fits ? undefined : `it is Python ${major}.${minor}`;
}
