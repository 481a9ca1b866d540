// Keeps what was typed into <textarea data-draft="name"> or such an <input>, or chosen in such a <select>, until the
// server has it: a session may end while typing. On pages where something is written; every page forgets (forget.js).
import { sentences } from "./sentences.js";

const person = document.body.dataset.person;
const place = (area) => `draft:${person}:${area.dataset.draft}`;

function read(area) {
  try {
    return JSON.parse(sessionStorage.getItem(place(area)));
  } catch {
    return null;
  }
}

// What the server put there.
const made = (area) => area.defaultValue ?? ([...area.options].find((each) => each.defaultSelected) ?? area.options[0]).value;

// What a save refused stands in its field as if it had been kept: it was not, and is no newer base for what is typed on.
const isUnkept = "unkept" in document.body.dataset;
const base = (area) => (isUnkept ? read(area)?.base : null) ?? made(area);

// The hidden field that says over which words those of a form are written; of several, that of the network chosen.
function stamp(area) {
  const fields = area.form?.elements;
  return fields?.loaded ?? fields?.over ?? fields?.[`loaded-${fields.network?.value}`];
}

function keep(area, isSent) {
  // `base` is what the words were made from, `over` what they are to take the place of.
  const { name, value } = stamp(area) ?? {};
  const draft = { words: area.value, base: base(area), isSent, over: name && { name, value } };
  try {
    if (draft.words === draft.base) sessionStorage.removeItem(place(area));
    else sessionStorage.setItem(place(area), JSON.stringify(draft));
  } catch {
    // No room or no right to keep it: the words stand in the field all the same.
  }
}

const SAID_AFTER_MS = 150;

const forget = (area) => sessionStorage.removeItem(place(area));

function note(area, words, kept) {
  const said = document.createElement("div");
  said.className = "hint";
  said.setAttribute("role", "status");
  area.after(said);
  // What comes together with its words is not read out: first the place, then the words.
  setTimeout(() => {
    said.textContent = words;
    if (!kept) return;
    const pre = document.createElement("pre");
    pre.textContent = kept;
    said.append(pre);
  }, SAID_AFTER_MS);
}

function choose(list, draft) {
  // Whoever was led here for another one, means that one.
  const isOffered = [...list.options].some((each) => each.value === draft.words);
  if (draft.base !== made(list) || !isOffered) return forget(list);
  list.value = draft.words;
  list.dispatchEvent(new Event("change", { bubbles: true }));
}

// The field that says over which words a draft is written, as the server made it now.
const newer = (area, { over }) => (over ? area.form.elements[over.name] : undefined);

// Whether other words of this person stand since, such as those of a second tab; or the draft's own, whose answer got lost.
function isOwnSince(area, draft) {
  const now = newer(area, draft);
  if (now?.dataset.by !== person || now.value === draft.over.value) return false;
  return draft.isSent || draft.base !== made(area);
}

// Words for one network come back beside that one alone; false where it is not offered any more.
function turnTo(area, { over }) {
  const list = area.form?.elements.network;
  const meant = over?.name.replace("loaded-", "");
  if (!list || !meant || list.value === meant) return true;
  if (![...list.options].some((each) => each.value === meant)) return false;
  list.value = meant;
  list.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function bringBack(area, draft) {
  area.value = draft.words;
  // Sent over what they were written over, words meet what a colleague made of it meanwhile: the server shows both.
  const now = newer(area, draft);
  if (now) now.value = draft.over.value;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  note(area, sentences.restored);
}

function restore(area) {
  if ("seen" in area.dataset) return;
  area.dataset.seen = "";
  const draft = read(area);
  if (!draft) return;
  if (draft.words === made(area)) isUnkept || forget(area);
  else if (area.options) choose(area, draft);
  else if (isOwnSince(area, draft)) show(area, sentences.yours, draft);
  // Where nothing stands, nobody's words can be overwritten.
  else if (made(area) && draft.base !== made(area)) show(area, sentences.other, draft);
  else if (turnTo(area, draft)) bringBack(area, draft);
  else show(area, sentences.yours, draft);
}

function show(area, words, draft) {
  note(area, words, draft.words);
  forget(area);
}

const KEPT = "textarea[data-draft], input[data-draft], select[data-draft]";
const all = (root) => root.querySelectorAll?.(KEPT) ?? [];

document.addEventListener("input", (event) => {
  if (!event.target.matches?.(KEPT)) return;
  keep(event.target, false);
  // Another network chosen, the words beside it are to take the place of others.
  if (event.target.options) for (const area of all(event.target.form)) keep(area, false);
});
document.addEventListener("submit", (event) => {
  for (const area of all(event.target)) keep(area, true);
});
document.addEventListener("htmx:after:swap", () => all(document).forEach(restore));
// After htmx has begun, which it puts off in the same way: what is brought back is counted as if it was typed.
setTimeout(() => all(document).forEach(restore));
