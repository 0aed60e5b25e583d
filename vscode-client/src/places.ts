/** Paths: what lies in the workspace, and what is executable. */

import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";

/** Whether a file lies in a workspace folder, as it is named or by what its links lead to. */
export async function liesInWorkspace(file: string): Promise<boolean> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
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
