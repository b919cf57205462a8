// The editor of an exercise: CodeMirror over the form's textareas, locked outside of Begin and End.
//
// The textareas stay the form's truth: they are written on every change, so submitting works the same with and
// without this script. Ctrl-Enter submits; Escape and then Tab leaves the editor.

import { completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { completing } from "./completing";
import { Draft, type Saved } from "./draft";
import { faulty, markFaults } from "./faults";
import { look } from "./look";
import { answersOf, assemble, type Fence, locate, lockedTouched, lockOutside, regionAt, regionsField } from "./regions";
import { makeRoom } from "./room";
import { replaceLines } from "./typing";

interface Parts {
  readonly host: HTMLElement;
  readonly form: HTMLFormElement;
  readonly areas: readonly HTMLTextAreaElement[];
}

function partsOf(host: HTMLElement): Parts | undefined {
  const form = host.closest("form");
  const areas = Array.from(host.querySelectorAll<HTMLTextAreaElement>("textarea[name=region]"));
  return form && areas.length > 0 ? { host, form, areas } : undefined;
}

/** Select the region around the cursor first, everything the second time. */
function selectRegion(view: EditorView): boolean {
  const { main } = view.state.selection;
  const region = regionAt(view.state, main.head);
  if (!region || (!main.empty && main.from === region.from && main.to === region.to)) {
    return false;
  }
  view.dispatch({ selection: { anchor: region.from, head: region.to } });
  return true;
}

function write(view: EditorView, texts: readonly string[]): void {
  const regions = view.state.field(regionsField);
  view.dispatch({ changes: regions.map(({ from, to }, index) => ({ from, to, insert: texts[index] ?? "" })) });
}

/** Put the cursor on the line that `#L12` names. */
function goToLine(view: EditorView): void {
  const line = Number(/^#L(\d+)$/.exec(location.hash)?.[1] ?? 0);
  if (line < 1 || line > view.state.doc.lines) {
    return;
  }
  const { from } = view.state.doc.line(line);
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}

function say(host: HTMLElement, selector: string, text: string): void {
  const place = host.closest("form")?.querySelector(selector);
  if (place) {
    place.textContent = text;
  }
}

/** A time of day, in the page's language. */
function clock(when: Date): string {
  return when.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

function mount({ host, form, areas }: Parts): void {
  const { stub = "", draftKey = "", nonce = "", locked = "", label = "" } = host.dataset;
  const fences = JSON.parse(host.dataset["fences"] ?? "[]") as Fence[];
  const original = JSON.parse(host.dataset["original"] ?? "[]") as string[];
  const saved = JSON.parse(host.dataset["draft"] ?? "null") as Saved | null;
  const token = form.querySelector<HTMLInputElement>("input[name=csrf]")?.value ?? "";
  const choice = form.querySelector<HTMLElement>("[data-draft-differs]");
  const draft = new Draft(draftKey, host.dataset["draftAddress"] ?? "", token, {
    saved: (when, where) => {
      const { kept = "", keptHere = "" } = host.dataset;
      say(host, "[data-saved]", `${where === "server" ? kept : keptHere} ${clock(when)}`);
    },
    differs: (other) => {
      say(host, "[data-draft-when]", new Date(other.updated_at).toLocaleString(document.documentElement.lang));
      choice?.removeAttribute("hidden");
    },
  });
  const given = areas.map((area) => area.value.replace(/\r\n?/g, "\n"));
  const answers = draft.begin(areas.length, saved ?? undefined) ?? given;

  const copyOut = (state: EditorState): string[] => {
    const texts = answersOf(state);
    areas.forEach((area, index) => {
      area.value = texts[index] ?? "";
    });
    return texts;
  };
  const submit = (): boolean => {
    form.requestSubmit();
    return true;
  };

  const view = new EditorView({
    state: EditorState.create({
      doc: assemble(stub, fences, answers),
      extensions: [
        lockOutside(locate(fences, answers, stub)),
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": "editor-help", spellcheck: "false", tabindex: "0" }),
        keymap.of([
          { key: "Mod-Enter", run: submit },
          { key: "Mod-a", run: selectRegion },
          ...completionKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        EditorState.tabSize.of(4),
        indentUnit.of("    "),
        history(),
        replaceLines,
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        python(),
        completing(host.dataset["words"] ?? ""),
        faulty(),
        look(host.dataset["lock"] ?? ""),
        lineNumbers(),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            draft.save(copyOut(update.state));
          }
          const touched = update.transactions.some((one) => one.effects.some((effect) => effect.is(lockedTouched)));
          say(host, "[data-locked-said]", touched ? locked : "");
        }),
      ],
    }),
  });

  copyOut(view.state);
  if ("restored" in host.dataset) {
    write(view, given); // over the draft, so that undo brings that back
  }
  keepCursorInView(view);
  host.classList.add("has-island");
  host.append(view.dom);
  form.querySelector("[data-restore]")?.addEventListener("click", () => {
    write(view, original);
    view.focus();
  });
  choice?.querySelector("[data-draft-mine]")?.addEventListener("click", () => {
    choice.hidden = true;
    draft.keepMine();
    view.focus();
  });
  choice?.querySelector("[data-draft-theirs]")?.addEventListener("click", () => {
    choice.hidden = true;
    write(view, draft.takeTheirs());
    view.focus();
  });
  followResult(view);
  window.addEventListener("hashchange", () => goToLine(view));
  placeCursor(view);
  goToLine(view);
}

/** Mark what the result below speaks of, now and whenever another one takes its place. */
function followResult(view: EditorView): void {
  const mark = (): void => markFaults(view, document.querySelector("#run"));
  mark();
  for (const swapped of ["htmx:afterSwap", "htmx:sseMessage"]) {
    document.body.addEventListener(swapped, mark);
  }
}

/** Bring a position into view by moving the editor's own scroller: the page itself stays where the reader left it. */
function reveal(view: EditorView, position: number): void {
  view.requestMeasure({
    read: () => view.lineBlockAt(position),
    write: ({ top, bottom }) => {
      const scroller = view.scrollDOM;
      if (top < scroller.scrollTop || bottom > scroller.scrollTop + scroller.clientHeight) {
        scroller.scrollTop = Math.max(0, top - scroller.clientHeight / 2);
      }
    },
  });
}

/** The drawer below opens and closes; the line that is being written stays in view. */
function keepCursorInView(view: EditorView): void {
  new ResizeObserver(() => reveal(view, view.state.selection.main.head)).observe(view.dom);
}

/** The cursor waits in the first region, without taking the focus. */
function placeCursor(view: EditorView): void {
  const first = view.state.field(regionsField)[0];
  if (first) {
    view.dispatch({ selection: { anchor: first.to } });
    reveal(view, first.to);
  }
}

makeRoom();
for (const host of document.querySelectorAll<HTMLElement>("[data-editor]")) {
  const parts = partsOf(host);
  if (parts) {
    mount(parts);
  }
}
