/** What a listing says of the code that it was made from. No VS Code in here.
 *
 * It heads the statements that come from a line with the line's number and text: `# 37: return x @ W + b`.
 */

const HEAD = /^\s*# (\d+): (.*)$/;

/** A head and the statements under it; lines of the listing count from 0. */
export interface Block {
  /** The line of the code that ran, from 1, and its text. */
  line: number;
  text: string;
  first: number;
  last: number;
}

/** What a listing has for each line: from a head to the next one, or to the end of the function. */
export function blocks(listing: readonly string[]): Block[] {
  const found: Block[] = [];
  let open: Block | undefined;
  listing.forEach((text, number) => {
    const head = HEAD.exec(text);
    if (head) {
      open = { line: Number(head[1]), text: (head[2] ?? "").trim(), first: number, last: number };
      found.push(open);
    } else if (!text.trim() || /^\S/.test(text)) open = undefined;
    else if (open) open.last = number;
  });
  return found;
}

/** Where the line of a block is in the code now, from 0: the nearest one with its text. */
export function lineNow(code: readonly string[], { line, text }: Block): number | undefined {
  const same = (at: number) => code[at]?.trim() === text;
  for (let away = 0; away < code.length + line; away++) {
    const found = [line - 1 - away, line - 1 + away].find(same);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The line of a listing, from 0, where the functions made from one begin: those that are called come before it. */
export function beginningOf(listing: readonly string[], name: string): number | undefined {
  const bare = name.split(".").at(-1) ?? name;
  const own = (text: string) => /^def (.*?)(_\d+)?__(fwd|back)\(/.exec(text)?.[1] === bare;
  const at = listing.findIndex(own);
  return at < 0 ? undefined : at;
}
