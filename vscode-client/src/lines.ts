/** A document's lines, without their ends. */

import type { TextDocument } from "vscode";

export function linesOf(document: TextDocument): string[] {
  return document.getText().split(/\r\n|\r|\n/);
}
