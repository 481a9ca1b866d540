// Notices: one at a time, read out by screen readers, closed by whoever has read them.
import { sentences } from "./sentences.js";

const place = document.getElementById("told");

export function tell(words, kind = "told") {
  const box = document.createElement("div");
  box.className = "told";
  box.dataset.kind = kind;
  const said = document.createElement("p");
  said.textContent = words;
  box.append(said);
  place.replaceChildren(box);
}

function addClose() {
  const box = place.querySelector(".told");
  if (!box || box.querySelector("[data-close]")) return;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain";
  close.dataset.close = "";
  close.textContent = sentences.close;
  close.addEventListener("click", () => {
    place.replaceChildren();
    document.getElementById("main").focus();
  });
  box.append(close);
}

function settle() {
  addClose();
  // It stays in sight as the page is scrolled, and may hide nothing that has the focus (WCAG 2.4.11).
  document.documentElement.style.scrollPaddingTop = `max(5rem, ${place.offsetHeight + 16}px)`;
  document.querySelector("#main :focus")?.scrollIntoView({ block: "nearest" });
}

if (place) {
  // What stands there when the page opens is not read out: put it there once more.
  const first = [...place.children];
  new MutationObserver(settle).observe(place, { childList: true });
  if (first.length) {
    place.replaceChildren();
    setTimeout(() => place.replaceChildren(...first), 150);
  }
  document.addEventListener("htmx:error", (event) => {
    // Rows that could not be fetched are fetched again by themselves.
    if (event.detail.ctx?.request && event.detail.ctx.request.method !== "GET") tell(sentences.failed, "alert");
  });
}
