// The queue as a week: posts are dragged to another time.
let dragged = null;
const HOURS = 3;

const cellOf = (event) => dragged && event.target.closest?.("[data-hour]");

document.addEventListener("pointerdown", (event) => {
  // Only where there is a script to drop it; not by its forms, and as a whole where a link is taken hold of.
  const card = event.target.closest?.("[data-movable]");
  if (!card) return;
  card.draggable = !event.target.closest("details");
  for (const each of card.querySelectorAll("a")) each.draggable = false;
});
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-movable]") ?? null;
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const cell = cellOf(event);
  mark(cell);
  if (cell) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const cell = cellOf(event);
  if (!cell || cell.contains(dragged)) return;
  event.preventDefault();
  move(dragged, cell);
});
document.addEventListener("dragend", () => {
  mark(null);
  dragged = null;
});

function mark(cell) {
  for (const each of document.querySelectorAll("[data-over]")) if (each !== cell) delete each.dataset.over;
  if (cell) cell.dataset.over = "";
}

// A post keeps its place within the hours it is dropped on; the form it has anyway moves it.
function move(card, cell) {
  const [hour, minute] = card.dataset.movable.slice(11).split(":");
  const there = String(Number(cell.dataset.hour) + (Number(hour) % HOURS)).padStart(2, "0");
  const at = `${cell.dataset.day}T${there}:${minute}`;
  const soonest = cell.closest("[data-soonest]").dataset.soonest;
  const isNow = soonest.startsWith(cell.dataset.day) && Number(soonest.slice(11, 13)) - Number(cell.dataset.hour) < HOURS;
  const form = card.querySelector("[data-move] form");
  form.elements.at.value = isNow && at < soonest ? soonest : at;
  form.requestSubmit();
}
