// On every page, and needed by none: pages work without scripts.
import { tellConnection } from "./connection.js";
import { watchEnding } from "./ending.js";
import { easeForms } from "./forms.js";
import { installWorker } from "./install.js";

tellConnection();
watchEnding();
easeForms();
installWorker();
