// What typing does that the browser must not do itself.

import { EditorView } from "@codemirror/view";

/**
 * Replace a selection of several lines ourselves.
 *
 * Left to the browser, typing over it makes Chromium write style attributes into the document for a moment, which our
 * content security policy reports as violations.
 */
export const replaceLines = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { main } = view.state.selection;
    const { doc } = view.state;
    const spansLines = doc.lineAt(main.from).number !== doc.lineAt(main.to).number;
    if (event.inputType !== "insertText" || event.data === null || !spansLines) {
      return false;
    }
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});
