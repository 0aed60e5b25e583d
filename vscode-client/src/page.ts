/** The canopy page made fit for a webview. No VS Code in here. */

import type { Subject } from "./protocol";

const PLAIN: Record<string, string> = { lt: "<", gt: ">", amp: "&" };

/** VS Code's colours and fonts in place of the page's own. */
const LOOKS = `
:root { --paper: var(--vscode-editor-background); --ink: var(--vscode-editor-foreground);
  --raised: var(--vscode-editorWidget-background, var(--vscode-editor-background));
  --faint: var(--vscode-descriptionForeground); --line: var(--vscode-panel-border, var(--vscode-editorWidget-border));
  --sans: var(--vscode-font-family); --mono: var(--vscode-editor-font-family), monospace; }
code { padding: 0; background: none; color: inherit; }
h2 code { color: var(--faint); }
:root:has(body.vscode-high-contrast) { color-scheme: dark; }
:root:has(body.vscode-high-contrast-light) { color-scheme: light; }
:root:has(body.vscode-high-contrast) { --faint: var(--ink); --line: var(--vscode-contrastBorder); }
.vscode-high-contrast .block { box-shadow: inset 0 0 0 1px var(--vscode-contrastBorder); }
.vscode-high-contrast .block i { opacity: 1; }
.vscode-high-contrast .block.thin { box-shadow: inset 1px 0 var(--vscode-contrastBorder); }
.vscode-high-contrast .block.current { box-shadow: inset 0 0 0 3px var(--vscode-contrastActiveBorder); }
`;

/** What the page is of, for a tab: "Gradient of loss". */
export function titleOf(html: string): string {
  const [, title = ""] = /<title>([^<]*)<\/title>/.exec(html) ?? [];
  const name = title.replace(/ · adls$/, "").replace(/&(lt|gt|amp);/g, (_, what: string) => PLAIN[what] ?? "");
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The page with a policy that lets its own style and script run and nothing else; it remembers what it is of. */
export function framed(html: string, nonce: string, subject: Subject): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; img-src data:`;
  const state = JSON.stringify(subject).replaceAll("<", "\\u003c");
  const remember =
    `<script nonce="${nonce}">{ const api = acquireVsCodeApi(); api.setState(${state}); ` +
    "window.acquireVsCodeApi = () => api; }</script>";
  return [
    [/(<meta http-equiv="Content-Security-Policy"\s+content=)"[^"]*"/, `$1"${policy}"`],
    [/<style>/, `<style nonce="${nonce}">`],
    [/<\/style>/, `</style><style nonce="${nonce}">${LOOKS}</style>${remember}`],
    [/<script>(?![\s\S]*<script>)/, `<script nonce="${nonce}">`],
  ].reduce((page, [pattern, text]) => replaced(page, pattern as RegExp, text as string), html);
}

function replaced(page: string, pattern: RegExp, text: string): string {
  if (!pattern.test(page)) throw new Error(`the canopy page has no ${pattern.source}`);
  return page.replace(pattern, (_, kept) => text.replace("$1", () => (typeof kept === "string" ? kept : "")));
}
