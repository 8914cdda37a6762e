// Opens the documentation page in Chromium, uses it as a reader does, and prints what was seen.
//
// Arguments: the address of the page, the folder of the packages, the program of Chromium.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [url, packages, executablePath, publicKey, secretKey] = process.argv.slice(2);
const require = createRequire(join(packages, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const seen = { loads: 0, requests: [], messages: [] };

/** A page with a reader of its own, who has chosen nothing yet. */
async function reader(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("request", (request) => seen.requests.push(request.url().split("#")[0]));
  page.on("console", (message) => seen.messages.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => seen.messages.push(String(error)));
  return page;
}

async function open(page, rest = "") {
  seen.loads += 1;
  await page.goto(url + rest, { waitUntil: "load" });
}

const language = (page) => page.evaluate(() => document.documentElement.lang);
const rows = (page) => page.locator("details.method:visible")
  .evaluateAll((all) => all.map((row) => row.id));

async function widths() {
  const widths = {};
  for (const locale of ["en-US", "ja-JP"]) {
    const page = await reader({ locale });
    await open(page);
    // Everything that can be open, and the discontinued too.
    await page.locator("[name=discontinued]").check();
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    for (const width of [320, 375, 768, 1280]) {
      await page.setViewportSize({ width, height: 812 });
      const scrolled = await page.evaluate(() => document.scrollingElement.scrollWidth);
      widths[`${locale} ${width}`] = scrolled - width;
    }
    await page.context().close();
  }
  return widths;
}

async function filters() {
  const page = await reader();
  await open(page);
  const seen = { at_first: await rows(page) };
  await page.locator("[name=discontinued]").check();
  seen.with_discontinued = await rows(page);
  await page.locator("[name=country]").selectOption("MY");
  seen.country = await rows(page);
  await page.locator("[name=flow]").selectOption("redirect");
  seen.country_and_flow = await rows(page);
  await page.locator("[name=country]").selectOption("");
  await page.locator("[name=flow]").selectOption("");
  await page.locator("[name=currency]").selectOption("JPY");
  seen.currency = await rows(page);
  seen.told = await page.locator(".count").innerText();
  await page.locator("[name=discontinued]").uncheck();
  await page.locator("[name=currency]").selectOption("");
  seen.hidden = await page.locator(".count").innerText();
  // Only those count that are like what was asked for; one is told as one.
  await page.locator("[name=text]").fill("points_citi");
  seen.one_hidden = [
    await page.locator(".count").innerText(),
    String(await page.locator("#none").isVisible()),
  ];
  await page.locator("[name=text]").fill("qr");
  seen.qr = await rows(page);
  await page.locator("[name=text]").fill("KONBINI");
  seen.text = await rows(page);
  await page.locator("[name=text]").fill("no such thing");
  seen.nothing = [...await rows(page), await page.locator("#none").innerText()];
  await page.context().close();
  return seen;
}

async function languages() {
  const page = await reader();
  await open(page);
  const words = () => page.locator("h2:visible").allInnerTexts();
  const foreign = (language) => page.locator(`[lang=${language}]:not(button):visible`).count();
  const seen = { first: await language(page), english: await words(), foreign: [] };
  seen.foreign.push(await foreign("ja"));
  await page.getByRole("button", { name: "日本語" }).click();
  seen.then = await language(page);
  seen.japanese = await words();
  seen.foreign.push(await foreign("en"));
  seen.address = page.url();
  seen.option = await page.locator("[name=country] option").first().innerText();
  await page.context().close();

  const kept = await reader();
  await open(kept, "?lang=ja");
  seen.linked = await language(kept);
  await kept.getByRole("button", { name: "English" }).click();
  await open(kept);
  seen.kept = await language(kept);
  await kept.context().close();

  const japanese = await reader({ locale: "ja-JP" });
  await open(japanese);
  seen.of_browser = await language(japanese);
  await japanese.context().close();
  return seen;
}

async function calls() {
  const page = await reader({ permissions: ["clipboard-read", "clipboard-write"] });
  await open(page);
  const row = page.locator("details.method").first();
  await row.locator("summary").first().click();
  // The button says so for two seconds, in which a busy machine may not look.
  await row.locator(".languages .copy").evaluate((button) => {
    window.said = new Set();
    new MutationObserver(() => window.said.add(button.innerText))
      .observe(button, { attributes: true });
  });
  const copied = {};
  for (const button of await row.locator("[data-choose]").all()) {
    await button.click();
    await row.locator(".languages .copy").click();
    copied[await button.getAttribute("data-choose")] = await page.evaluate(
      () => navigator.clipboard.readText());
  }
  const shown = await row.locator("pre:visible").count();
  const told = await page.waitForFunction(
    () => [...window.said].find((text) => text !== "Copy")).then((text) => text.jsonValue());
  const id = await row.getAttribute("id");
  const address = new URL(page.url()).hash;
  // The last choice is kept for the next visit, and for every other row.
  await open(page);
  const next = page.locator("details.method").nth(1);
  await next.locator("summary").first().click();
  const kept = await next.locator("pre:visible code").getAttribute("data-program");
  await page.context().close();
  return { id, address, copied, shown, told, kept };
}

async function links() {
  const page = await reader();
  await open(page);
  const seen = await page.evaluate(() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    const hrefs = [...document.querySelectorAll("a")].map((link) => link.getAttribute("href"));
    return {
      twice: ids.filter((id, index) => ids.indexOf(id) !== index),
      lost: hrefs.filter((href) => href.startsWith("#") && !document.getElementById(href.slice(1))),
      inside: hrefs.filter((href) => href.startsWith("#")).length,
      outside: [...new Set(hrefs.filter((href) => !href.startsWith("#")))],
    };
  });
  await page.context().close();
  return seen;
}

// A link to a row opens it, whatever the filter shows.
async function fragments(ids) {
  const opened = {};
  const page = await reader();
  for (const id of ids) {
    await open(page, `?${id}#${id}`);
    opened[id] = await page.evaluate((id) => {
      const row = document.getElementById(id);
      return row.open && row.checkVisibility() && Math.abs(row.getBoundingClientRect().top) < 400;
    }, id);
  }
  await page.context().close();
  return opened;
}

async function without_script() {
  const page = await reader({ javaScriptEnabled: false, locale: "ja-JP" });
  await open(page);
  const row = page.locator("details.method").first();
  await row.locator("summary").first().click();
  const seen = {
    rows: (await rows(page)).length,
    japanese: await page.locator("[lang=ja]:not(button):visible").count(),
    calls: await row.locator("pre:visible").count(),
    buttons: await page.locator("button:visible").count(),
    title: await page.locator("h2").first().innerText(),
  };
  await page.context().close();
  return seen;
}

async function accessibility() {
  const violations = [];
  for (const [locale, colorScheme, width] of [["en-US", "light", 375], ["ja-JP", "dark", 1280]]) {
    const page = await reader({ locale, colorScheme, viewport: { width, height: 900 } });
    await open(page, "#payment-methods");
    // All that can be open, and of the rows, which are alike, one in seven.
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details:not(.method)")) details.open = true;
      const rows = [...document.querySelectorAll("details.method")];
      for (const row of rows.filter((_, index) => index % 7 === 5)) row.open = true;
    });
    await page.waitForTimeout(200);
    await page.evaluate(axe);
    const { violations: found } = await page.evaluate(() => window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      resultTypes: ["violations"],
    }));
    for (const { id, nodes } of found) {
      violations.push(`${locale} ${colorScheme} ${width} ${id}: ${nodes.length} ${nodes[0].html}`);
    }
    await page.context().close();
  }
  return violations;
}

async function keyboard() {
  const page = await reader();
  await open(page);
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.className);
  await page.keyboard.press("Enter");
  const main = await page.evaluate(() => document.activeElement.id);
  const summary = page.locator("details.method > summary").first();
  await summary.focus();
  await page.keyboard.press("Enter");
  const opened = await page.locator("details.method").first().getAttribute("open");
  const outline = await summary.evaluate((element) => getComputedStyle(element).outlineStyle);
  await page.emulateMedia({ media: "print" });
  const printed = await page.locator("nav:visible, form:visible, button:visible").count();
  await page.context().close();
  return { first, main, opened: opened !== null, outline, printed };
}

// The forms: a source is created, retrieved by the id that came back, and a refusal is shown.
async function tries(publicKey, secretKey) {
  const page = await reader();
  const told = [];
  page.on("response", (response) => told.push(`${response.request().method()} ${response.status()}`));
  await open(page);
  const [creation, retrieval] = await page.locator(".try").all();
  for (const form of [creation, retrieval]) await form.locator("summary").click();
  const send = async (form) => {
    const answered = page.waitForResponse((response) => !response.url().includes("/docs"));
    await form.locator("button[type=submit]").click();
    await answered;
    await form.locator(".answer pre:visible").waitFor();
    // The text of the answer comes after its head.
    await page.waitForFunction((pre) => pre.textContent.trim(), await form.locator("pre").elementHandle());
    return JSON.parse(await form.locator("pre").innerText());
  };
  // The browser sends no key that cannot be written into a header.
  await creation.locator("[name=key]").fill("鍵");
  await creation.locator("button[type=submit]").click();
  const stopped = await creation.locator("[name=key]").evaluate((key) => key.matches(":invalid"));
  await creation.locator("[name=key]").fill("pkey_test_nobody");
  const refused = await send(creation);
  await creation.locator("[name=key]").fill(publicKey);
  await creation.locator("[name=example]").selectOption("truemoney");
  const sent = JSON.parse(await creation.locator("[name=body]").inputValue());
  await page.waitForTimeout(0);
  const before = await creation.locator("pre").innerText();
  await creation.locator("button[type=submit]").click();
  await page.waitForFunction(
    ([pre, before]) => pre.innerText !== before,
    [await creation.locator("pre").elementHandle(), before]);
  const created = JSON.parse(await creation.locator("pre").innerText());
  await retrieval.locator("[name=key]").fill(secretKey);
  const retrieved = await send(retrieval);
  await page.context().close();
  return { stopped, refused: refused.code, sent, created, retrieved, told: told.slice(1) };
}

async function outline() {
  const page = await reader();
  await open(page);
  const seen = {
    titles: await page.locator("h1:visible").allInnerTexts(),
    beside: await page.locator("section > .calls").evaluateAll(
      (all) => all.map((calls) => [calls.parentElement.id, calls.querySelectorAll("[data-operation]").length])),
    foreign: await page.locator("pre code").evaluateAll(
      (all, server) => all.filter((code) => code.textContent.includes(server)).length,
      "127.0.0.1:4010"),
  };
  await page.context().close();
  return seen;
}

seen.widths = await widths();
seen.filters = await filters();
seen.tries = await tries(publicKey, secretKey);
seen.outline = await outline();
seen.languages = await languages();
seen.calls = await calls();
seen.links = await links();
seen.fragments = await fragments([
  seen.filters.at_first.at(-1),
  seen.filters.with_discontinued.at(-1),
]);
seen.without_script = await without_script();
seen.keyboard = await keyboard();
seen.accessibility = await accessibility();
await browser.close();
console.log(JSON.stringify(seen));
