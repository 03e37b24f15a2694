// A QR code for a terminal, by the library that draws the receipts':
//
//     node terminal_code.mjs https://192.0.2.7:8443/
//
// One line for each row, 1 where it is dark.
import { generate } from "lean-qr";

const [text] = process.argv.slice(2);
console.log(generate(text).toString({ on: "1", off: "0", padX: 3, padY: 3 }).trim());
