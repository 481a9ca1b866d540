// Drafts are forgotten by whoever signs out, and where the server has taken them.
document.addEventListener("submit", (event) => {
  if (!("forgetsDrafts" in event.target.dataset)) return;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith("draft:")) sessionStorage.removeItem(name);
});
// A page that shows what became of words says so: an empty form would bring them back.
for (const each of document.querySelectorAll("[data-taken]")) {
  sessionStorage.removeItem(`draft:${document.body.dataset.person}:${each.dataset.taken}`);
}
