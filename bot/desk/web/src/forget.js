// Drafts are forgotten by whoever signs out, and where the server has taken them.
const mine = `draft:${document.body.dataset.person}:`;

document.addEventListener("submit", (event) => {
  if (!("forgetsDrafts" in event.target.dataset)) return;
  for (const name of Object.keys(sessionStorage)) if (name.startsWith("draft:")) sessionStorage.removeItem(name);
});

// A page that shows what became of words says so: an empty form would bring them back. Not what was typed since.
function forget(name) {
  try {
    if (JSON.parse(sessionStorage.getItem(mine + name))?.isSent) sessionStorage.removeItem(mine + name);
  } catch {
    // Nothing can be read here, so nothing was kept.
  }
}

const taken = [...document.querySelectorAll("[data-taken]")];
for (const each of taken) forget(each.dataset.taken);
// Once: whoever comes back to this address may have sent others, in vain.
if (taken.length) {
  const here = new URL(location);
  here.searchParams.delete("kept");
  history.replaceState(history.state, "", here);
}
