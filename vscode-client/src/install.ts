/** Running the command that makes an interpreter fit, on one click, where its output can be read. */

import { spawn } from "node:child_process";
import * as vscode from "vscode";

/** Whether the command went well. What it prints goes to the output. It runs outside of the workspace. */
export async function install(command: string, output: vscode.LogOutputChannel, cwd: string): Promise<boolean> {
  const options = { location: vscode.ProgressLocation.Notification, title: command, cancellable: true };
  const problem = await vscode.window.withProgress(options, (_, cancelled) =>
    finished(command, output, cwd, cancelled),
  );
  if (problem === undefined || problem === "") return problem === "";
  const [show, copy] = ["Show Output", "Copy Command"] as const;
  const picked = await vscode.window.showErrorMessage(`${problem} ${command}`, show, copy);
  if (picked === show) output.show(true);
  else if (picked === copy) await vscode.env.clipboard.writeText(command);
  return false;
}

/** Why it went wrong, "" where it didn't; undefined where the user has cancelled it. */
async function finished(
  command: string,
  output: vscode.LogOutputChannel,
  cwd: string,
  cancelled: vscode.CancellationToken,
): Promise<string | undefined> {
  output.info(command);
  const child = spawn(command, { shell: true, cwd, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const stopped = cancelled.onCancellationRequested(() => child.kill());
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.info(text.trimEnd()));
  }
  return await new Promise((resolve) => {
    child.on("error", (error) => resolve(`It could not be started: ${error.message}.`));
    child.on("close", (code) => {
      stopped.dispose();
      if (cancelled.isCancellationRequested) resolve(undefined);
      else resolve(code === 0 ? "" : `This ended with ${code ?? "a signal"}:`);
    });
  });
}
