// Two versions of a template side by side: <div data-compare aria-label="…"><pre data-old>…</pre><pre data-new>…</pre></div>
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";

export function show(place, looks) {
  place.dataset.dressed = "";
  const [old, now] = ["[data-old]", "[data-new]"].map((name) => place.querySelector(name));
  const nonce = document.querySelector('meta[name="style-nonce"]')?.content;
  const view = new EditorView({
    doc: now.textContent,
    extensions: [
      nonce ? EditorView.cspNonce.of(nonce) : [],
      lineNumbers(),
      EditorView.lineWrapping,
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ "aria-label": place.getAttribute("aria-label") ?? "", tabindex: "0" }),
      unifiedMergeView({ original: old.textContent, mergeControls: false, gutter: true }),
      ...looks,
    ],
  });
  place.append(view.dom);
  for (const each of [old, now]) each.hidden = true;
}
