// Runs the TypeScript calls of the documentation page, one after the other, and prints what each
// printed. They name no types, so Node runs them as they are.
//
// On stdin is an object of programs by payment method.

import { text } from "node:stream/consumers";

const log = console.log;
const printed = {};
for (const [sourceType, program] of Object.entries(JSON.parse(await text(process.stdin)))) {
  const lines = [];
  console.log = (...words) => lines.push(words.join(" "));
  await import(`data:text/javascript,${encodeURIComponent(program)}`);
  printed[sourceType] = `${lines.join("\n")}\n`;
}
log(JSON.stringify(printed));
