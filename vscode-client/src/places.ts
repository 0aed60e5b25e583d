/** Paths: what lies in the workspace, and what is executable. No VS Code in here. */

import * as fs from "node:fs/promises";
import * as path from "node:path";

/** Whether a file lies in one of the folders, as it is named or by what its links lead to. */
export async function liesIn(folders: readonly string[], file: string): Promise<boolean> {
  const above = await Promise.all(folders.map(allNames));
  const names = await allNames(file);
  return above.flat().some((folder) => names.some((name) => isBelow(name, folder)));
}

/** The path, and each path that it becomes while its links are followed one after another. */
async function allNames(file: string): Promise<string[]> {
  const found = new Set<string>([path.resolve(file)]);
  for (const name of found) {
    if (found.size > 40) break;
    const folder = await realOr(path.dirname(name));
    found.add(path.join(folder, path.basename(name)));
    const target = await fs.readlink(name).catch(() => undefined);
    if (target !== undefined) found.add(path.resolve(folder, target));
  }
  return [...found];
}

const realOr = (name: string) => fs.realpath(name).catch(() => name);

function isBelow(file: string, folder: string): boolean {
  const way = path.relative(folder, file);
  return way === "" || (!way.startsWith("..") && !path.isAbsolute(way));
}

export async function isExecutable(file: string): Promise<boolean> {
  try {
    await fs.access(file, fs.constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}
