/** The server's Markdown as VS Code shows it best. No VS Code in here. */

/** Tables with air between their columns: VS Code gives them next to none. */
export function airy(markdown: string): string {
  return markdown.replace(/^\|.*\|$/gm, (row) => (/^[|:\s-]+$/.test(row) ? row : spaced(row)));
}

function spaced(row: string): string {
  const cells = row.split(/(?<!\\)\|/);
  return cells.map((cell, at) => (at > 1 && at < cells.length - 1 ? `&emsp;${cell.trim()}` : cell)).join("|");
}
