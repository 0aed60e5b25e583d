/** Calls as texts. No VS Code in here. */

/** Where the arguments of the outermost call are, the last of `Fit(x).loss(w)`; the end for what is no call. */
export function argumentsOf(call: string): [number, number] {
  const end = call.lastIndexOf(")");
  let depth = 0;
  for (let at = end; at >= 0; at--) {
    if (")]}".includes(call.charAt(at))) depth += 1;
    else if ("([{".includes(call.charAt(at)) && --depth === 0) return [at + 1, end];
  }
  return [call.length, call.length];
}

/** The comment that holds an example call, which may say before it what is differentiated. */
export function commentOf(call: string): string {
  return call.startsWith("[") ? `# adls${call}` : `# adls: ${call}`;
}
