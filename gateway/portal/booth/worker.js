// The booth's worker: seals and checks beside the page, so that it stays answerable.
// What it understands stands in belenios/messages.js.
import { createHandler } from "./belenios/messages.js";

const handle = createHandler();

self.addEventListener("message", ({ data }) => {
  handle(data, (answer) => self.postMessage(answer));
});
