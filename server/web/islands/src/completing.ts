// Completion of the layers an exercise imports, of their arguments, and of words for activations.

import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";

interface Words {
  readonly names: readonly string[];
  readonly arguments: Readonly<Record<string, readonly string[]>>;
  readonly values: Readonly<Record<string, readonly string[]>>;
}

const OPTIONS = { validFor: /^\w*$/ };
/** How many lines a call may span before its name is not looked for any more. */
const FAR = 400;

/** The name of the call in whose brackets a text ends, if it ends in any. */
function openCall(text: string): string | undefined {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const letter = text[at];
    if (letter === ")" || letter === "]") {
      depth++;
    } else if (letter === "(" || letter === "[") {
      depth--;
      const name = letter === "(" && depth < 0 ? /(\w+)\s*$/.exec(text.slice(0, at))?.[1] : undefined;
      if (name) {
        return name;
      }
    }
  }
  return undefined;
}

function complete(words: Words, context: CompletionContext): CompletionResult | null {
  const before = context.state.sliceDoc(Math.max(0, context.pos - FAR), context.pos);
  const quoted = /(\w+)\s*=\s*\[?["'](\w*)$/.exec(before);
  if (quoted) {
    const values = words.values[quoted[1] ?? ""] ?? [];
    return { from: context.pos - (quoted[2] ?? "").length, options: values.map((label) => ({ label })), ...OPTIONS };
  }
  const typed = context.matchBefore(/\w+/);
  if (!typed && !context.explicit) {
    return null;
  }
  const call = openCall(before.slice(0, before.length - (typed?.text.length ?? 0)));
  const known = call ? (words.arguments[call] ?? []) : [];
  const options: Completion[] = known.map((name) => ({ label: name, apply: `${name}=`, detail: call ?? "", boost: 1 }));
  for (const name of words.names) {
    options.push({ label: name, detail: (words.arguments[name] ?? []).join(", ") });
  }
  return { from: typed?.from ?? context.pos, options, ...OPTIONS };
}

/** Completion from the words that the page brought along. */
export function completing(json: string): Extension {
  const words = JSON.parse(json || '{"names":[],"arguments":{},"values":{}}') as Words;
  return autocompletion({ override: [(context) => complete(words, context)], icons: false, maxRenderedOptions: 12 });
}
