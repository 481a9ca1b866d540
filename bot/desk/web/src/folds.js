// What is unfolded stays so while rows refresh, and "t" leads to the time.
/* global htmx */

const isUnfolded = (element, name) => name === "open" || (name === "value" && element.closest("details[open]"));

htmx.registerExtension("unfolded", {
  // Fresh rows come folded, and with the time as it stands: neither may undo what somebody is at.
  htmx_before_morph_attr: (element, { attrName }) => !isUnfolded(element, attrName),
});

document.addEventListener(
  "toggle",
  (event) => {
    const fold = event.target;
    if (!fold.open || !fold.matches("details.unfold")) return;
    // A key may open what lies within something folded.
    fold.parentElement.closest("details")?.setAttribute("open", "");
    fold.querySelector("input:not([type=hidden]), textarea")?.focus();
  },
  true,
);

// Once it is done, what was unfolded for it folds again, and the row has the focus.
document.addEventListener("changed", (event) => {
  const fold = event.target.closest?.("details.unfold");
  if (!fold) return;
  const row = fold.closest("[data-row]");
  for (let each = fold; each; each = each.parentElement.closest("details")) each.removeAttribute("open");
  (row ?? fold.querySelector("summary")).focus();
});

document.addEventListener("keydown", (event) => {
  const fold = event.key === "Escape" && event.target.closest?.("details.unfold[open]");
  if (!fold) return;
  fold.removeAttribute("open");
  fold.querySelector("summary").focus();
});
