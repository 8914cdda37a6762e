// Runs the conformance cases: npx tsx run.ts URL PUBLIC_KEY SECRET_KEY [NEED_TO_SKIP ...]
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import * as http from "node:http"; // Not fetch: it sends no body with GET.
import * as https from "node:https";
import { resolve } from "node:path";
import { isDeepStrictEqual as same } from "node:util";

const [script, url, public_key, secret_key, ...skip] = process.argv.slice(1);
if (!secret_key) {
  console.error("usage: npx tsx run.ts URL PUBLIC_KEY SECRET_KEY [NEED_TO_SKIP ...]");
  process.exit(2);
}
const folder = resolve(script, "../..");
type Names = Record<string, any>;

function fill(text: string, names: Names): string {
  for (const [name, value] of Object.entries(names))
    if (typeof value === "string") text = text.replaceAll(`{${name}}`, value);
  return text.replace(/{base64:(.*?)}/g, (_, plain) => Buffer.from(plain).toString("base64"));
}

async function send(asked: any, names: Names) {
  const headers: Record<string, string> = {};
  if (asked.key) headers["authorization"] = `Basic {base64:{${asked.key}_key}:}`;
  if ("json" in asked) headers["content-type"] = "application/json";
  if ("form" in asked) headers["content-type"] = "application/x-www-form-urlencoded";
  Object.assign(headers, asked.headers);
  for (const name in headers) headers[name] = fill(headers[name], names);
  let text = "json" in asked ? JSON.stringify(asked.json) : (asked.form ?? asked.text ?? "");
  text += "x".repeat(asked.pad ?? 0);
  const body = asked.base64 ? Buffer.from(asked.base64, "base64") : Buffer.from(text);
  headers["content-length"] = String(body.length);
  const { request } = url.startsWith("https:") ? https : http;
  const options = { method: asked.method, headers, signal: AbortSignal.timeout(30_000) };
  const sent = request(url.replace(/\/$/, "") + fill(asked.path, names), options).end(body);
  const [answer] = await once(sent, "response");
  text = Buffer.concat(await answer.toArray()).toString();
  return { status: answer.statusCode, headers: answer.headers, body: text ? JSON.parse(text) : undefined };
}

function matches(want: any, got: any, names: Names): boolean {
  if (typeof want === "string") return got === fill(want, names);
  if (want === null || typeof want !== "object") return want === got;
  if ("$assumed" in want) return skip.includes("emulator") || matches(want.$assumed, got, names);
  if ("$absent" in want) return got === undefined;
  if ("$match" in want) return typeof got === "string" && new RegExp(want.$match).test(got);
  if ("$captured" in want) return got !== undefined && same(got, names[want.$captured]);
  if (got === null || typeof got !== "object" || Array.isArray(want) !== Array.isArray(got)) return false;
  if (Array.isArray(want) && want.length !== got.length) return false;
  if ("$keys" in want && !same(Object.keys(got), want.$keys)) return false;
  return Object.keys(want).every((name) => name === "$keys" || matches(want[name], got[name], names));
}

async function problem(test: any): Promise<string | undefined> {
  const names: Names = { public_key, secret_key };
  for (const step of [...(test.given ?? []), test]) {
    const answer = await send(step.request, names);
    for (const [name, member] of Object.entries<string>(step.capture ?? {}))
      names[name] = member ? answer.body[member] : answer.body;
    if (!matches(step.answer, answer, names))
      return `expected ${JSON.stringify(step.answer)}, saw ${JSON.stringify(answer)}`;
  }
}

async function main() {
  let passed = 0, failed = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json")).sort())
    for (const test of JSON.parse(readFileSync(resolve(folder, file), "utf8")).cases ?? []) {
      if (test.needs?.some((need: string) => skip.includes(need))) continue;
      const found = await problem(test).catch((error) => `no answer that can be read: ${error}`);
      found ? failed++ : passed++;
      if (found) console.log(`${test.id}: ${found}`);
    }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
main();
