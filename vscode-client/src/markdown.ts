/** The server's Markdown as VS Code shows it best. No VS Code in here. */

/** Tables with air between their columns, and a rule between them and code above: VS Code gives them next to none. */
export function airy(markdown: string): string {
  const wide = markdown.replace(/^\|.*\|$/gm, (row) => (/^[|:\s-]+$/.test(row) ? row : spaced(row)));
  return wide.replace(/^```\n\n(?=\|)/gm, "```\n\n---\n\n");
}

function spaced(row: string): string {
  const cells = row.split(/(?<!\\)\|/);
  return cells.map((cell, at) => (at > 1 && at < cells.length - 1 ? `&emsp;${cell.trim()}` : cell)).join("|");
}
