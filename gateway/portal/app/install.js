// The service worker: registered once, and a notice when a newer one waits.

const WORKER = "/service-worker.js";

export async function installWorker() {
  if (!navigator.serviceWorker) return;
  try {
    const registration = await navigator.serviceWorker.register(trusted(WORKER));
    registration.addEventListener("updatefound", () => tellOfUpdate(registration));
  } catch (error) {
    console.warn("The offline page is not kept:", error);
  }
}

// Where the document's policy asks for it, an address must be made by a named policy.
function trusted(address) {
  if (!globalThis.trustedTypes) return address;
  const policy = trustedTypes.createPolicy("portal", {
    createScriptURL: (url) => {
      if (url === WORKER) return url;
      throw new TypeError(`not a script of ours: ${url}`);
    },
  });
  return policy.createScriptURL(address);
}

function tellOfUpdate(registration) {
  const arriving = registration.installing;
  arriving.addEventListener("statechange", () => {
    const isNewer = arriving.state === "installed" && navigator.serviceWorker.controller;
    const notice = document.querySelector("[data-update]");
    if (isNewer && notice) notice.hidden = false;
  });
}
