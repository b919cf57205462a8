// Lines that the latest verdict speaks of, marked until they are written anew.

import { type Extension, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, GutterMarker, gutterLineClass } from "@codemirror/view";

const markLines = StateEffect.define<readonly number[]>();
const line = Decoration.line({ class: "is-bad" });

class BadLine extends GutterMarker {
  override readonly elementClass = "is-bad";
}
const bad = new BadLine();

const faults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let now = marks.map(transaction.changes);
    if (transaction.docChanged) {
      transaction.changes.iterChangedRanges((_fromA, _toA, fromB, toB) => {
        const from = transaction.state.doc.lineAt(fromB).from;
        const to = transaction.state.doc.lineAt(toB).to;
        now = now.update({ filterFrom: from, filterTo: to, filter: () => false });
      });
    }
    for (const effect of transaction.effects) {
      if (effect.is(markLines)) {
        const { doc } = transaction.state;
        const there = effect.value.filter((number) => number >= 1 && number <= doc.lines);
        now = Decoration.set(there.map((number) => line.range(doc.line(number).from)), true);
      }
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const gutter = gutterLineClass.compute([faults], (state) => {
  const ranges = [];
  for (let mark = state.field(faults).iter(); mark.value; mark.next()) {
    ranges.push(bad.range(mark.from));
  }
  return RangeSet.of(ranges);
});

/** Room for marked lines. */
export function faulty(): Extension {
  return [faults, gutter];
}

/** Mark the lines that the result beside the editor names, if it is about the very text that stands in the editor. */
export function markFaults(view: EditorView, result: Element | null): void {
  const named = result ? Array.from(result.querySelectorAll<HTMLElement>("[data-bad-line]")) : [];
  const judged = result?.querySelector<HTMLElement>("[data-judged-lines]")?.dataset["judgedLines"];
  const same = judged === undefined || Number(judged) === view.state.doc.lines;
  const lines = same ? [...new Set(named.map((one) => Number(one.dataset["badLine"])))].sort((a, b) => a - b) : [];
  view.dispatch({ effects: markLines.of(lines) });
}
