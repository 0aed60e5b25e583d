/** What the server adds to the protocol: docs/protocol.md, as types. */

export interface Subject {
  uri: string;
  /** A qualified name such as `Model.loss`; "" for every example call of the file. */
  function: string;
}

export interface Candidate {
  expression: string;
  where: "example" | "file" | "main" | "tests" | "annotations";
  path: string;
  line: number;
}

export interface Total {
  function: string;
  text: string;
  differentiated: string;
}

export interface CostlyLine {
  uri: string;
  path: string;
  /** Counts from 1. */
  line: number;
  text: string;
  figures: string;
}

export interface Outcome {
  outcome: "finished" | "interrupted" | "raised" | "exited" | "cannot-run" | "no-call" | "untrusted";
  message: string;
  report?: string;
  fix?: string;
  totals?: Total[];
  costliest?: CostlyLine[];
  calls?: Candidate[];
}

export interface Pullback {
  uri: string;
  label: string;
  description: string;
}

export interface Functions {
  /** The function around the asked line, "" outside of all. */
  here: string;
  /** Those that the user differentiates, in the order of the text. */
  differentiated: string[];
}

export interface Status {
  uri: string;
  text: string;
  tooltip: string;
  running: boolean;
}

export interface ServerSettings {
  hints: string;
  interpreter: string;
  trusted: boolean;
}

/** What a click in the canopy page posts; `line` counts from 1. */
export interface GoTo {
  type: "adls.goto";
  file: string;
  line: number;
}

export function isGoTo(message: unknown): message is GoTo {
  const told = message as Partial<GoTo> | null;
  return told?.type === "adls.goto" && typeof told.file === "string" && typeof told.line === "number";
}
