/** The Python that the user has selected, in the words of those extensions that let one select it. */

import * as vscode from "vscode";

/** The part of python-environments' interface that is used here. */
interface EnvironmentsApi {
  getEnvironment(
    scope: vscode.Uri | undefined,
  ): Promise<{ execInfo?: { run?: { executable?: string } } } | undefined>;
  onDidChangeEnvironment?: vscode.Event<unknown>;
}

/** The part of the Python extension's interface that is used here. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(env: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

const ENVIRONMENTS = "ms-python.vscode-python-envs";
const PYTHON = "ms-python.python";

/** The interpreter in the settings, else the one selected in an extension; "" for none. */
export async function chosenInterpreter(): Promise<string> {
  const set = vscode.workspace.getConfiguration("adls").get<string>("interpreter", "").trim();
  if (set || !vscode.workspace.isTrusted) return set;
  return (await fromEnvironments()) || (await fromPython()) || "";
}

/** Calls back when another interpreter is selected in one of the extensions. */
export async function watchSelection(changed: () => void): Promise<vscode.Disposable> {
  if (!vscode.workspace.isTrusted) return new vscode.Disposable(() => {});
  const environments = await api<EnvironmentsApi>(ENVIRONMENTS);
  const python = await api<PythonApi>(PYTHON);
  const events = [
    environments?.onDidChangeEnvironment,
    python?.environments?.onDidChangeActiveEnvironmentPath,
  ];
  return vscode.Disposable.from(...events.flatMap((event) => (event ? [event(changed)] : [])));
}

const scope = () => vscode.workspace.workspaceFolders?.[0]?.uri;

async function fromEnvironments(): Promise<string | undefined> {
  try {
    const found = await (await api<EnvironmentsApi>(ENVIRONMENTS))?.getEnvironment(scope());
    return found?.execInfo?.run?.executable;
  } catch {
    return undefined; // Another extension's trouble is no reason to have none.
  }
}

async function fromPython(): Promise<string | undefined> {
  try {
    const python = await api<PythonApi>(PYTHON);
    if (!python) return undefined;
    const active = python.environments.getActiveEnvironmentPath(scope());
    const resolved = await python.environments.resolveEnvironment(active);
    return resolved?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}

async function api<Api>(id: string): Promise<Api | undefined> {
  const extension = vscode.extensions.getExtension<Api>(id);
  try {
    return extension && (extension.isActive ? extension.exports : await extension.activate());
  } catch {
    return undefined;
  }
}
