// Which parts of the document the student may change: between each Begin and End, and nowhere else.

import {
  type ChangeDesc,
  EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Transaction,
} from "@codemirror/state";

/** One open region, in document positions. The line breaks beside the marker lines are outside of it. */
export interface Region {
  readonly from: number;
  readonly to: number;
}

/** Line numbers, from 1, of one Begin line and its End line in the stub. */
export type Fence = readonly [begin: number, end: number];

/** Said when somebody tries to change a locked line; carried so that the page can say it aloud. */
export const lockedTouched = StateEffect.define<null>();

/** The document that is edited: the stub with each region's text between its marker lines. */
export function assemble(stub: string, fences: readonly Fence[], answers: readonly string[]): string {
  const lines = stub.replace(/\n$/, "").split("\n");
  const parts: string[] = [];
  let next = 0;
  fences.forEach(([begin, end], index) => {
    parts.push(...lines.slice(next, begin), answers[index] ?? "");
    next = end - 1;
  });
  parts.push(...lines.slice(next));
  return parts.join("\n");
}

/** Where the regions of an assembled document lie. */
export function locate(fences: readonly Fence[], answers: readonly string[], stub: string): Region[] {
  const lines = stub.replace(/\n$/, "").split("\n");
  const regions: Region[] = [];
  let position = 0;
  let next = 0;
  fences.forEach(([begin, end], index) => {
    position += lines.slice(next, begin).reduce((sum, line) => sum + line.length + 1, 0);
    const length = (answers[index] ?? "").length;
    regions.push({ from: position, to: position + length });
    position += length + 1;
    next = end - 1;
  });
  return regions;
}

function moved(regions: readonly Region[], changes: ChangeDesc): readonly Region[] {
  return regions.map(({ from, to }) => ({ from: changes.mapPos(from, -1), to: changes.mapPos(to, 1) }));
}

/** The regions as they are now; typing at either edge stays inside. */
export const regionsField = StateField.define<readonly Region[]>({
  create: () => [],
  update: (regions, transaction) => (transaction.docChanged ? moved(regions, transaction.changes) : regions),
});

/** The texts to submit, in order. */
export function answersOf(state: EditorState): string[] {
  return state.field(regionsField).map(({ from, to }) => state.sliceDoc(from, to));
}

/** The region which holds `position`, if any does. */
export function regionAt(state: EditorState, position: number): Region | undefined {
  return state.field(regionsField).find(({ from, to }) => from <= position && position <= to);
}

function staysInside(transaction: Transaction): boolean {
  const regions = transaction.startState.field(regionsField);
  let inside = true;
  transaction.changes.iterChangedRanges((fromA, toA) => {
    inside &&= regions.some(({ from, to }) => from <= fromA && toA <= to);
  });
  return inside;
}

/**
 * Refuse every change which reaches outside of the regions.
 *
 * A refused change becomes an effect instead of silence, so that the reason can be said.
 */
const refuseOutside = EditorState.transactionFilter.of((transaction) =>
  !transaction.docChanged || staysInside(transaction) ? transaction : { effects: lockedTouched.of(null) },
);

/** Everything that keeps the locked lines locked. */
export function lockOutside(regions: readonly Region[]): Extension {
  return [regionsField.init(() => regions), refuseOutside];
}
