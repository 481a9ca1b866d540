// The page of approvals: the chosen row opens by itself, the time to undo runs down, no second click hits the next post.
/* global htmx */

const SETTLING_MS = 400;
const opened = () => document.querySelector("[data-open]")?.id;
let known = opened();
let cameAt = -SETTLING_MS;

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-row]:not([data-open])")) event.target.querySelector("[data-opens]")?.click();
});

// Fifty rows, of which one is opened: what to fetch their list says once for all.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-opens]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  htmx.ajax("GET", link.getAttribute("href"), { source: link });
});

// Twice pressed is once meant: the next post may have come under the finger meanwhile. Keys send clicks of detail 0.
document.addEventListener(
  "click",
  (event) => {
    const isApproval = event.detail > 0 && event.target.closest?.('[data-open] [data-key="a"]');
    if (!isApproval || performance.now() - cameAt > SETTLING_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

document.addEventListener("htmx:after:swap", () => {
  if (opened() !== known) cameAt = performance.now();
  known = opened();
  tick();
  const row = document.activeElement?.closest("[data-open]");
  if (row && row.getBoundingClientRect().top < 0) row.scrollIntoView();
});

// Counted from when the server wrote it, not by this machine's clock, which may be wrong.
const begun = new WeakMap();

function tick() {
  for (const place of document.querySelectorAll("[data-left]")) {
    const { left, over } = place.dataset;
    if (begun.get(place)?.left !== left) begun.set(place, { left, at: performance.now() });
    const seconds = Math.floor(Number(left) - (performance.now() - begun.get(place).at) / 1000);
    const timer = place.querySelector("[role=timer]");
    if (seconds > 0) timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    else place.textContent = over;
    if (seconds <= 0) delete place.dataset.left;
    place.hidden = false;
  }
}
if (document.getElementById("waiting")) setInterval(tick, 1000);
tick();
