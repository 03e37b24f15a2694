// On every page, and needed by none: pages work without scripts.
import { watchConnection } from "./connection.js";
import { watchEnding } from "./ending.js";
import { easeForms } from "./forms.js";
import { installWorker } from "./install.js";

watchConnection();
watchEnding();
easeForms();
installWorker();
