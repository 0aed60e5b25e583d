/** What the address of an adjoint names: `adls:/src/model.py/Model.loss.py?sig=…`. No VS Code in here. */

export interface Named {
  /** The workspace folder, by its number; undefined where `file` is a whole path. */
  folder: number | undefined;
  file: string;
  function: string;
}

/** The function that an address names, by its path; undefined for any other path. */
export function namedBy(path: string, folders: number): Named | undefined {
  const [, shown, name] = /^\/(.*)\/([^/]*)\.py$/.exec(path) ?? [];
  if (!shown || !name) return undefined;
  const [, mark, rest] = /^(~|@\d+)\/(.*)$/.exec(shown) ?? [];
  const file = rest ?? shown;
  if (mark === "~" || !folders) return { folder: undefined, file: `/${file}`, function: name };
  const folder = mark ? Number(mark.slice(1)) : 0;
  return folder < folders ? { folder, file, function: name } : undefined;
}
