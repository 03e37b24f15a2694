// Keeps a demonstration's telephone up to date: sends the form that was sent last once
// more, every two seconds, and shows what has come. Without scripts its button does it.

const EVERY = 2_000; // milliseconds

const form = document.querySelector("main form");
// as it was when these messages were shown: somebody may be writing another number
const body = new URLSearchParams(new FormData(form));
// as nobody: in another window of this browser somebody may be signing in meanwhile
const ASKED = { method: "POST", body, credentials: "omit" };
setInterval(refresh, EVERY);

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(form.action, ASKED);
    if (answer.ok) show(await answer.text());
  } catch {
    // offline: the banner says so, and the messages stay as they were
  }
}

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const newer = fresh.querySelector("[data-inbox]");
  const shown = document.querySelector("[data-inbox]");
  if (!newer || newer.textContent === shown.textContent) return;
  shown.replaceChildren(...document.adoptNode(newer).childNodes);
}
