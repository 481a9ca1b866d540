// Single keys: j k move between rows; a x e h t press the row's buttons; u takes back; ? lists them. Never while typing.
const PRESSED = new Set(["a", "x", "e", "h", "u", "t"]);
const body = document.body;

const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
const has = (row, key) => Boolean(button(row, key));
const button = (place, key) => place?.querySelector(`[data-key="${key}"]:not(:disabled)`);
const focused = () => document.activeElement?.closest("[data-row]");

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable], .cm-editor, dialog[open]");
}

function go(row) {
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(focused());
  go(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))]);
}

function press(key) {
  const all = rows();
  const open = all.filter((row) => has(row, key) && !("pending" in row.dataset));
  // Nobody has chosen a row yet: the first one is meant. A chosen one is never passed over for another.
  const row = focused() ?? open[0];
  const isOpen = open.includes(row);
  // Where a page is about one thing, its buttons stand outside of rows; "undo" stands in the notice.
  const found = isOpen ? button(row, key) : key === "u" || !all.length ? button(document, key) : null;
  if (!found) return;
  if (isOpen && found.closest("form[hx-post]")) {
    // The next row is at hand before the answer has come, so that twenty rows take twenty keys.
    row.dataset.pending = "";
    const next = open[open.indexOf(row) + 1] ?? open[open.indexOf(row) - 1];
    if (next) go(next);
  }
  found.click();
}

function heard(event) {
  if (!("shortcuts" in body.dataset) || event.defaultPrevented || event.isComposing || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = event.key.length === 1 ? latin(event) : event.key;
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (PRESSED.has(key)) press(key);
  else if (key === "?") document.getElementById("keys")?.showModal();
  else return;
  event.preventDefault();
}

// On a Russian or Kazakh keyboard the key of "a" writes "ф": there its place counts.
function latin(event) {
  if (event.key === "?") return "?";
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  if (event.shiftKey && event.code === "Slash") return "?";
  return /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.key;
}

function settle(event) {
  // What was refused stays: it may be pressed again.
  event.target.closest?.("[data-row]")?.removeAttribute("data-pending");
}

// htmx takes forms over in a task of its own, set before this one: until then a key would send them as a page.
setTimeout(() => {
  document.addEventListener("keydown", heard);
  body.dataset.ready = "";
});
document.addEventListener("htmx:finally:request", settle);
document.addEventListener("htmx:before:swap", () => {
  const row = focused();
  const all = rows();
  const after = row ? all.slice(all.indexOf(row)).map((each) => each.id) : [];
  // A row that goes takes the focus along: the next one gets it.
  requestAnimationFrame(() => requestAnimationFrame(() => keep(after)));
});

function keep(after) {
  if (!after.length || document.activeElement !== body) return;
  const next = after.map((id) => document.getElementById(id)).find(Boolean) ?? rows().at(-1);
  if (next) go(next);
}
