// Whether this device has a connection, as far as the browser knows.

import { pause } from "./api.js";

/** Tell now, and at each change. @param {(isOnline: boolean) => void} onChange */
export function watchConnection(onChange) {
  const tell = () => onChange(navigator.onLine);
  globalThis.addEventListener("online", tell);
  globalThis.addEventListener("offline", tell);
  tell();
}

/** Wait so long, but no longer once the connection is back. @param {number} milliseconds */
export async function pauseOrBack(milliseconds) {
  const waiting = new AbortController();
  const back = new Promise((resolve) => {
    globalThis.addEventListener("online", resolve, { signal: waiting.signal });
  });
  await Promise.race([pause(milliseconds), back]);
  waiting.abort();
}

/**
 * When the connection comes back, go on as if the button had been pressed; not where
 * the step that it belongs to is no longer on the screen.
 * @param {HTMLElement} button
 */
export function pressWhenBack(button) {
  const press = () => button.isConnected && button.click();
  globalThis.addEventListener("online", press, { once: true });
}
