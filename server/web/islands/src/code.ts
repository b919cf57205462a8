// Plain code fields: CodeMirror over a textarea, without locked lines. The textarea stays the form's truth.
//
// Escape and then Tab leaves the editor. Lines named in data-lines are marked; links with data-line lead to theirs.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  StreamLanguage,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, type Extension, type Range } from "@codemirror/state";
import { Decoration, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { replaceLines } from "./typing";

const AREAS = "textarea[data-code]";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.operatorKeyword, tags.heading], class: "k" },
  { tag: [tags.string, tags.special(tags.string)], class: "s" },
  { tag: tags.number, class: "n" },
  { tag: tags.comment, class: "o" },
  { tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName)), tags.propertyName], class: "f" },
]);

/** TOML as far as colours go: comments, texts, numbers, headers and keys. */
const toml = StreamLanguage.define<{ closing: string }>({
  startState: () => ({ closing: "" }),
  token: (stream, state) => {
    if (state.closing) {
      const ends = stream.skipTo(state.closing);
      if (ends) {
        stream.match(state.closing);
        state.closing = "";
      } else {
        stream.skipToEnd();
      }
      return "string";
    }
    if (stream.match(/^#.*/)) {
      return "comment";
    }
    if (stream.sol() && stream.match(/^\s*\[\[?[^\]]*\]\]?/)) {
      return "heading";
    }
    const long = stream.match(/^("""|''')/) as RegExpMatchArray | null;
    if (long?.[0]) {
      state.closing = long[0];
      return "string";
    }
    if (stream.match(/^"(\\.|[^"\\])*"?/) || stream.match(/^'[^']*'?/)) {
      return "string";
    }
    if (stream.match(/^(true|false)\b/)) {
      return "bool";
    }
    if (stream.match(/^[A-Za-z_][\w-]*(?=\s*=)/)) {
      return "propertyName";
    }
    if (stream.match(/^[+-]?\d[\d_.eE+-]*/)) {
      return "number";
    }
    stream.next();
    return null;
  },
});

const languages: Record<string, Extension> = { python: python(), toml, text: [] };

/** Mark the lines in which something is wrong, as they were when the page was made. */
function marked(state: EditorState, numbers: readonly number[]): Extension {
  const bad = Decoration.line({ class: "is-bad" });
  const ranges: Range<Decoration>[] = [...new Set(numbers)]
    .filter((line) => line >= 1 && line <= state.doc.lines)
    .sort((first, second) => first - second)
    .map((line) => bad.range(state.doc.line(line).from));
  return EditorView.decorations.of(Decoration.set(ranges));
}

const views = new WeakMap<HTMLTextAreaElement, EditorView>();

function mount(area: HTMLTextAreaElement): void {
  const host = area.parentElement;
  if (!host || views.has(area)) {
    return;
  }
  const doc = area.value.replace(/\r\n?/g, "\n");
  const lines = (area.dataset["lines"] ?? "").split(",").filter(Boolean).map(Number);
  const view = new EditorView({
    state: EditorState.create({
      doc,
      extensions: [
        EditorView.cspNonce.of(area.dataset["nonce"] ?? ""),
        EditorView.contentAttributes.of({ "aria-label": area.getAttribute("aria-label") ?? "", spellcheck: "false", tabindex: "0" }),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorState.tabSize.of(4),
        indentUnit.of("    "),
        history(),
        replaceLines,
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        languages[area.dataset["code"] ?? "text"] ?? [],
        syntaxHighlighting(colours),
        lineNumbers(),
        marked(EditorState.create({ doc }), lines),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            area.value = update.state.doc.toString();
            area.dispatchEvent(new Event("input", { bubbles: true }));
          }
        }),
      ],
    }),
  });
  views.set(area, view);
  host.classList.add("has-island");
  host.append(view.dom);
}

function mountAll(within: ParentNode): void {
  for (const area of within.querySelectorAll<HTMLTextAreaElement>(AREAS)) {
    mount(area);
  }
}

/** Put the cursor on a line of the code field that a link names. */
function goTo(link: HTMLElement): boolean {
  const place = document.querySelector(link.getAttribute("href") ?? "");
  const area = place?.querySelector<HTMLTextAreaElement>(AREAS);
  const view = area && views.get(area);
  const number = Number(link.dataset["line"]);
  if (!view || !(number >= 1 && number <= view.state.doc.lines)) {
    return false;
  }
  const { from } = view.state.doc.line(number);
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
  return true;
}

mountAll(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof Element) {
    mountAll(event.target);
  }
});
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("a[data-line]") : null;
  if (link && goTo(link)) {
    event.preventDefault();
  }
});
