// Says when there is no connection: the banner is in every page, hidden.
import { watchConnection } from "../booth/ui/connection.js";

export function tellConnection() {
  const banner = document.querySelector("[data-offline]");
  if (banner) watchConnection((isOnline) => (banner.hidden = isOnline));
}
