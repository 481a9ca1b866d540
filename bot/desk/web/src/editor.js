// The code editor of template pages. A plain <textarea data-editor> becomes one; what is typed stays in the textarea,
// so that forms, drafts and htmx go on as if it were not there.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { jinja2 } from "@codemirror/legacy-modes/mode/jinja2";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import "./drafts.js";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--code-word)" },
  { tag: [tags.variableName, tags.propertyName, tags.attributeName], color: "var(--code-name)" },
  { tag: [tags.string, tags.literal, tags.number, tags.bool], color: "var(--code-value)" },
  { tag: [tags.tagName, tags.brace, tags.bracket], color: "var(--code-brace)", fontWeight: "600" },
  { tag: [tags.comment, tags.blockComment], color: "var(--ink-2)", fontStyle: "italic" },
]);

const clothes = EditorView.theme({
  "&": { border: "1px solid var(--edge)", borderRadius: ".5rem", background: "var(--sheet)" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
  ".cm-content": { fontFamily: "ui-monospace, Menlo, Consolas, monospace", caretColor: "var(--ink)", minHeight: "8rem" },
  ".cm-gutters": { background: "var(--sunk)", color: "var(--ink-2)", border: "0" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "var(--tint)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--tint)",
  },
  ".cm-note": { color: "var(--bad)", fontWeight: "600", fontFamily: "system-ui, sans-serif", fontSize: ".875rem", padding: "0 .5rem .25rem" },
  ".cm-tooltip": { background: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--line)" },
});

// A sentence under the line it is about.
class Note extends WidgetType {
  constructor(words) {
    super();
    this.words = words;
  }

  eq(other) {
    return other.words === this.words;
  }

  toDOM() {
    const note = document.createElement("div");
    note.className = "cm-note";
    note.textContent = `▲ ${this.words}`;
    return note;
  }
}

const setNotes = StateEffect.define();
const notes = StateField.define({
  create: () => Decoration.none,
  update: (now, made) => made.effects.find((each) => each.is(setNotes))?.value ?? now.map(made.changes),
  provide: (field) => EditorView.decorations.from(field),
});

// Fields and filters with an example each: <script type="application/json" id="fields">[{"label", "detail", "info"}]
function offered() {
  const written = document.getElementById("fields");
  const options = written ? JSON.parse(written.textContent) : [];
  return (context) => {
    const word = context.matchBefore(/[\w.]*/);
    const before = context.state.sliceDoc(0, word.from);
    const isInside = before.lastIndexOf("{{") > before.lastIndexOf("}}") || before.lastIndexOf("{%") > before.lastIndexOf("%}");
    return isInside && (context.explicit || word.from < word.to) ? { from: word.from, options } : null;
  };
}

function parts(area) {
  const nonce = document.querySelector('meta[name="style-nonce"]')?.content;
  return [
    nonce ? EditorView.cspNonce.of(nonce) : [],
    lineNumbers(),
    history(),
    drawSelection(),
    bracketMatching(),
    highlightActiveLine(),
    EditorView.lineWrapping,
    StreamLanguage.define(jinja2),
    syntaxHighlighting(colours),
    clothes,
    autocompletion({ override: [offered()] }),
    lintGutter(),
    notes,
    // Tab leaves the editor: nobody who uses the keyboard alone is caught in it.
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    EditorState.readOnly.of(area.readOnly),
    EditorView.contentAttributes.of({
      "aria-label": area.labels[0]?.textContent ?? "",
      "aria-describedby": area.getAttribute("aria-describedby") ?? "",
      spellcheck: "false",
    }),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged || area.value === update.state.doc.toString()) return;
      area.value = update.state.doc.toString();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }),
  ];
}

// What is wrong, as the server found it: <ul data-diagnostics="id of the textarea"><li data-line="7" data-column="4">
function mark(view, area) {
  const found = document.querySelectorAll(`[data-diagnostics="${area.id}"] [data-line]`);
  const all = [...found].map((each) => {
    const line = view.state.doc.line(Math.min(Math.max(1, Number(each.dataset.line)), view.state.doc.lines));
    const from = Math.min(line.to, line.from + Math.max(0, Number(each.dataset.column ?? 1) - 1));
    const to = Math.min(line.to, from + (Number(each.dataset.length) || line.length));
    return { from, to, severity: "error", message: each.textContent.trim(), under: line.to };
  });
  const under = all.map(({ message, under: at }) => Decoration.widget({ widget: new Note(message), block: true, side: 1 }).range(at));
  view.dispatch(setDiagnostics(view.state, all), { effects: setNotes.of(Decoration.set(under, true)) });
}

function dress(area) {
  if ("dressed" in area.dataset) return;
  area.dataset.dressed = "";
  const view = new EditorView({ doc: area.value, extensions: parts(area) });
  area.before(view.dom);
  area.classList.add("hidden");
  area.tabIndex = -1;
  area.setAttribute("aria-hidden", "true");
  area.labels[0]?.addEventListener("click", (event) => {
    event.preventDefault();
    view.focus();
  });
  area.addEventListener("input", () => {
    // A draft that was brought back, or a field that was pressed.
    const length = view.state.doc.length;
    if (area.value !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: length, insert: area.value } });
  });
  mark(view, area);
  document.addEventListener("htmx:after:swap", () => mark(view, area));
}

// A button that writes a field where the cursor stands: <button data-insert="{{ title }}" data-into="id">
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insert]");
  const view = button && EditorView.findFromDOM(document.getElementById(button.dataset.into)?.previousElementSibling);
  if (!view) return;
  view.dispatch(view.state.replaceSelection(button.dataset.insert));
  view.focus();
});

const begin = () => {
  document.querySelectorAll("textarea[data-editor]").forEach(dress);
  // Without an editor nothing could be written where the cursor stands.
  for (const each of document.querySelectorAll("[data-insert][hidden]")) each.hidden = false;
};
document.addEventListener("htmx:after:swap", begin);
begin();
