// How the editor looks: locked ground, fences and brackets, the lock in the gutter. Colours come from tokens.css.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension, RangeSet, RangeSetBuilder, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutter, gutterLineClass } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { regionsField } from "./regions";

type Kind = "locked" | "begin" | "own" | "end";

/** What each line is, in order. */
function kindsOf(state: EditorState): Kind[] {
  const kinds: Kind[] = new Array<Kind>(state.doc.lines).fill("locked");
  for (const { from, to } of state.field(regionsField)) {
    const first = state.doc.lineAt(from).number;
    const last = state.doc.lineAt(to).number;
    kinds[first - 2] = "begin";
    kinds.fill("own", first - 1, last);
    kinds[last] = "end";
  }
  return kinds;
}

const lineDecorations: Record<Kind, Decoration> = {
  locked: Decoration.line({ class: "is-locked" }),
  begin: Decoration.line({ class: "is-fence is-begin" }),
  own: Decoration.line({ class: "is-own" }),
  end: Decoration.line({ class: "is-fence is-end" }),
};

function decorate(state: EditorState): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  kindsOf(state).forEach((kind, index) => {
    const { from } = state.doc.line(index + 1);
    builder.add(from, from, lineDecorations[kind]);
  });
  return builder.finish();
}

const lines = StateField.define<DecorationSet>({
  create: decorate,
  update: (value, transaction) => (transaction.docChanged ? decorate(transaction.state) : value),
  provide: (field) => EditorView.decorations.from(field),
});

class GroundMarker extends GutterMarker {
  override readonly elementClass: string;

  constructor(kind: Kind) {
    super();
    this.elementClass = kind === "begin" || kind === "end" ? `is-fence is-${kind}` : `is-${kind}`;
  }
}

const grounds: Record<Kind, GroundMarker> = {
  locked: new GroundMarker("locked"),
  begin: new GroundMarker("begin"),
  own: new GroundMarker("own"),
  end: new GroundMarker("end"),
};

const gutterGround = gutterLineClass.compute(["doc", regionsField], (state) => {
  const builder = new RangeSetBuilder<GutterMarker>();
  kindsOf(state).forEach((kind, index) => {
    const { from } = state.doc.line(index + 1);
    builder.add(from, from, grounds[kind]);
  });
  return builder.finish();
});

class LockMarker extends GutterMarker {
  constructor(private readonly label: string) {
    super();
  }

  override eq(other: GutterMarker): boolean {
    return other instanceof LockMarker && other.label === this.label;
  }

  override toDOM(): Node {
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("class", "icon");
    icon.setAttribute("role", "img");
    icon.setAttribute("aria-label", this.label);
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", "#lock");
    icon.append(use);
    return icon;
  }
}

/** A lock on the first line of each locked run. */
function lockGutter(label: string): Extension {
  const lock = new LockMarker(label);
  return gutter({
    class: "lock-gutter",
    markers: (view) => {
      const kinds = kindsOf(view.state);
      const starts = kinds
        .map((kind, index) => (kind === "locked" && kinds[index - 1] !== "locked" ? index + 1 : 0))
        .filter((line) => line > 0)
        .map((line) => lock.range(view.state.doc.line(line).from));
      return RangeSet.of(starts);
    },
  });
}

const python = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null, tags.operatorKeyword], class: "k" },
  { tag: [tags.string, tags.special(tags.string)], class: "s" },
  { tag: tags.number, class: "n" },
  { tag: tags.comment, class: "o" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.function(tags.definition(tags.variableName))],
    class: "f",
  },
]);

/** Everything about the editor's looks. */
export function look(lockLabel: string): Extension {
  return [lines, gutterGround, lockGutter(lockLabel), syntaxHighlighting(python)];
}
