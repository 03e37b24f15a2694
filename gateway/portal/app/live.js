// Keeps the turnout on a page up to date: the server says when it has changed; where
// it has no place left for listeners, we look again every half a minute.

const EVERY = 30_000; // milliseconds

const part = document.querySelector("[data-live]");
if (part) listen(part.dataset.live);

function listen(address) {
  let known;
  const stream = new EventSource(address);
  stream.addEventListener("turnout", ({ data }) => {
    if (known !== undefined && known !== data) refresh();
    known = data;
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setInterval(refresh, EVERY);
  });
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) show(await answer.text());
  } catch {
    // offline: the banner says so, and the numbers stay as they were
  }
}

// Whoever is inside by keyboard is not thrown out of it.
function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const newer = fresh.querySelector("[data-live]");
  const shown = document.querySelector("[data-live]");
  if (!newer || shown.contains(document.activeElement)) return;
  shown.replaceWith(document.adoptNode(newer));
}
