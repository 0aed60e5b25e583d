/** Running a command where the user sees it; where there is no terminal it is copied. */

import * as vscode from "vscode";

const PATIENCE = 5_000; // milliseconds for the shell to start

export async function runInTerminal(command: string): Promise<void> {
  const terminal = vscode.window.createTerminal({ name: "ADLS" });
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE, undefined));
  const process = await Promise.race([terminal.processId, late]);
  if (process !== undefined) {
    terminal.show();
    terminal.sendText(command);
    return;
  }
  terminal.dispose();
  await vscode.env.clipboard.writeText(command);
  void vscode.window.showInformationMessage(`There is no terminal here: the command was copied. ${command}`);
}
