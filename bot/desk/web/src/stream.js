// Tells the page that something has changed; parts with hx-trigger="changed from:body" then fetch themselves anew.
import { sentences } from "./sentences.js";
import { tell } from "./told.js";

const POLL_MS = 15_000;
const sheet = document.querySelector('link[rel="stylesheet"]').href;
const address = document.body.dataset.events;
let source = null;
let polling = 0;
let wasTold = false;

const changed = () => document.body.dispatchEvent(new CustomEvent("changed"));

function open() {
  if (source || document.hidden) return;
  source = new EventSource(address);
  source.addEventListener("changed", changed);
  source.addEventListener("here", isBack);
  source.addEventListener("signed-out", isOut);
  source.addEventListener("error", isGone);
}

function close() {
  source?.close();
  source = null;
}

function isBack() {
  clearInterval(polling);
  polling = 0;
  if (wasTold) tell(sentences.back, "good");
  wasTold = false;
}

function isOut() {
  // Whoever signs in in another tab comes back to this one, and it is asked for again.
  close();
  clearInterval(polling);
  polling = 0;
  tell(sentences.out, "alert");
  wasTold = true;
}

function isGone() {
  // The browser comes back by itself unless it was refused (a proxy without streams): then we ask.
  const isRefused = source?.readyState === EventSource.CLOSED;
  if (isRefused) close();
  polling ||= setInterval(poll, POLL_MS);
}

async function poll() {
  if (document.hidden) return;
  try {
    await fetch(sheet, { method: "HEAD", cache: "no-store" });
  } catch {
    if (!wasTold) tell(sentences.lost, "alert");
    wasTold = true;
    return;
  }
  if (wasTold) isBack();
  changed();
  open();
}

if (address) {
  open();
  // A page nobody looks at holds no connection: browsers open six to one address, for all tabs together.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
    } else {
      open();
      changed();
    }
  });
  // Of two windows side by side none is ever hidden: whoever was signed out here and signed in there turns back to it.
  addEventListener("focus", () => {
    if (source || document.hidden) return;
    open();
    changed();
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
}
