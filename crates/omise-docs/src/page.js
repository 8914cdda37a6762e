"use strict";

// What the reader chose stays with the reader: in the browser, and the language in the address too,
// so that a link to a Japanese page is one.
const root = document.documentElement;
const chosen = (name) => {
  try { return localStorage.getItem(`omise-docs-${name}`); } catch { return null; }
};
const choose = (name, value) => {
  try { localStorage.setItem(`omise-docs-${name}`, value); } catch { /* It is not kept, then. */ }
};
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Before anything is shown, so that nothing is shown in the wrong language first.
root.classList.add("js");
root.lang = (() => {
  const asked = [new URLSearchParams(location.search).get("lang"), chosen("lang")];
  const known = asked.find((language) => ["en", "ja"].includes(language));
  return known ?? ((navigator.language ?? "").startsWith("ja") ? "ja" : "en");
})();
root.dataset.call = chosen("call") ?? "curl";

// Words in the reader's language: what the page has in both, and names that the browser knows.
function speak(language) {
  root.lang = language;
  for (const element of all("[data-en]")) element.textContent = element.dataset[language];
  const [regions, currencies] = ["region", "currency"].map(
    (type) => new Intl.DisplayNames([language], { type, fallback: "code" }));
  for (const element of all("[data-region]")) {
    const code = element.dataset.region;
    const name = regions.of(code);
    element.textContent = element.matches("option") ? `${name} (${code})` : name;
  }
  for (const element of all("[data-currency]")) {
    element.textContent = currencies.of(element.dataset.currency);
  }
  for (const button of all("[data-speak]")) {
    button.setAttribute("aria-pressed", button.dataset.speak === language);
  }
}

function onSpeak(event) {
  const language = event.currentTarget.dataset.speak;
  choose("lang", language);
  speak(language);
  const address = new URL(location);
  address.searchParams.set("lang", language);
  try { history.replaceState(null, "", address); } catch { /* A file has no such address. */ }
}

// The language of the programs, the same in every row.
function showCalls(language) {
  root.dataset.call = language;
  for (const button of all("[data-choose]")) {
    button.setAttribute("aria-pressed", button.dataset.choose === language);
  }
  colourSoon();
}

function onChoose(event) {
  const button = event.currentTarget;
  const before = button.getBoundingClientRect().top;
  choose("call", button.dataset.choose);
  showCalls(button.dataset.choose);
  // Rows above that are open have become longer or shorter; what was pressed stays where it was.
  scrollBy({ top: button.getBoundingClientRect().top - before, behavior: "instant" });
}

function addLanguages(calls) {
  calls.prepend(document.getElementById("languages").content.cloneNode(true));
  for (const button of all("[data-choose]", calls)) button.addEventListener("click", onChoose);
  calls.querySelector(".copy").addEventListener("click", onCopy);
}

// A row that is opened gets the buttons of the languages, and the address leads to it.
function onToggle(event) {
  const row = event.currentTarget;
  if (!row.open) return;
  const calls = row.querySelector(".calls");
  if (!calls.querySelector(".languages")) {
    addLanguages(calls);
  }
  showCalls(root.dataset.call);
  if (location.hash !== `#${row.id}`) {
    try { history.replaceState(null, "", `#${row.id}`); } catch { /* As above. */ }
  }
}

async function onCopy(event) {
  const button = event.currentTarget;
  const shown = all("pre", button.closest(".code")).find((pre) => pre.offsetParent !== null);
  await copy(shown);
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 2000);
}

async function copy(pre) {
  try {
    await navigator.clipboard.writeText(pre.textContent);
  } catch {
    // A page that is not served from this machine or by TLS may copy what is selected only.
    getSelection().selectAllChildren(pre);
    document.execCommand("copy");
  }
}

// The rows that are like what was asked for.
function filter() {
  const form = document.getElementById("filter");
  const asked = Object.fromEntries(new FormData(form));
  const words = asked.text.toLowerCase().split(/\s+/).filter((word) => word);
  let shown = 0;
  let left = 0;
  for (const row of all("details.method")) {
    const { countries, currencies, gone } = row.dataset;
    const is = (!asked.country || countries.split(" ").includes(asked.country))
      && (!asked.currency || currencies.split(" ").includes(asked.currency))
      && (!asked.flow || flows(row, asked.country).includes(asked.flow))
      && words.every((word) => names(row).includes(word));
    const isLeftOut = is && gone !== undefined && !asked.discontinued;
    row.hidden = !is || isLeftOut;
    shown += row.hidden ? 0 : 1;
    left += isLeftOut ? 1 : 0;
  }
  for (const number of all("#shown b")) number.textContent = shown;
  tellLeftOut(left);
  document.getElementById("none").hidden = shown + left > 0;
}

// How many rows are like what was asked for and not shown, because they are discontinued.
function tellLeftOut(count) {
  const told = document.getElementById("hidden-discontinued");
  told.hidden = count === 0;
  for (const number of all("b", told)) number.textContent = count;
  const form = new Intl.PluralRules("en").select(count);
  for (const verb of all("[data-plural]", told)) verb.hidden = verb.dataset.plural !== form;
}

// The flows of a row: of one country where that is asked for, else all that it has anywhere.
function flows(row, country) {
  const { flow, flowIn } = row.dataset;
  const others = flowIn.split(" ").filter((one) => one).map((one) => one.split(":"));
  if (!country) return [flow, ...others.map(([, other]) => other)];
  return [others.find(([where]) => where === country)?.[1] ?? flow];
}

// The labels of a row in both languages and its type.
function names(row) {
  return row.querySelector("[data-search]").dataset.search.toLowerCase();
}

// The programs call the server that the page comes from. A page that was opened as a file has none.
const isServed = location.protocol.startsWith("http");
function nameServer() {
  if (!isServed) return;
  const { server } = root.dataset;
  const written = new URL(server);
  const port = location.port || (location.protocol === "https:" ? "443" : "80");
  for (const code of all("[data-program], [data-operation], [data-client], [data-server]", document.body)) {
    let text = code.textContent.replaceAll(server, location.origin);
    if (code.dataset.client) {
      // Some clients take the host and the port apart.
      text = text.replaceAll(`"${written.hostname}"`, `"${location.hostname}"`)
        .replaceAll(` = ${written.port};`, ` = ${port};`);
    }
    code.textContent = text;
  }
}

// Forms that call this server.
function showExample(form) {
  const { example, body } = form.elements;
  if (example) body.value = example.selectedOptions[0].dataset.body;
}

async function onTry(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const { key, id, body } = form.elements;
  const { method, path } = form.dataset;
  const answer = form.parentElement.querySelector(".answer");
  const [line, pre] = answer.children;
  const headers = { authorization: `Basic ${btoa(`${key.value.trim()}:`)}` };
  if (body) headers["content-type"] = "application/json";
  const started = performance.now();
  let status, text;
  try {
    const response = await fetch(path.replace("{id}", encodeURIComponent(id?.value.trim() ?? "")), {
      method, headers, body: body?.value, credentials: "omit",
    });
    text = await response.text();
    status = `${response.status} · ${Math.round(performance.now() - started)} ms`;
    line.querySelector(".request-id").textContent = response.headers.get("x-request-id") ?? "";
    try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* It is shown as it is. */ }
    if (response.ok && body) offerId(text);
  } catch (error) {
    [status, text] = ["—", String(error)];
  }
  line.querySelector(".status").textContent = status;
  pre.firstElementChild.textContent = text;
  line.hidden = pre.hidden = false;
}

// What was created can be retrieved next.
function offerId(text) {
  for (const input of all(".try input[name=id]")) input.value = JSON.parse(text).id;
}

// What the address leads to is opened, and shown even if it is not like what was asked for.
function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const row = target.closest("details.method");
  if (row?.hidden) {
    const form = document.getElementById("filter");
    form.reset();
    form.elements.discontinued.checked = row.dataset.gone !== undefined;
    filter();
  }
  for (let inner = target; inner; inner = inner.parentElement?.closest("details")) {
    if (inner.matches("details")) inner.open = true;
  }
  target.scrollIntoView({ behavior: "instant" });
}

// The contents say which section is read.
function watch() {
  const links = new Map(all(".contents a").map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      seen[isIntersecting ? "add" : "delete"](target.id);
    }
    const first = [...links.keys()].find((id) => seen.has(id));
    for (const [id, link] of links) {
      if (id === first) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-20% 0px -70% 0px" });
  for (const section of all("main > section")) observer.observe(section);
}

// Colours without a change of the text, for what is shown now.
const TOKENS = new RegExp([
  /(?<comment>(?:^|\s)(?:#|\/\/)[^\n]*)/,
  /(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/,
  /\b(?<keyword>use|async|fn|let|mut|await|import|with|as|try|except|raise|const|if|throw|new|package|func|var|defer|struct|class|public|static|void|throws|echo|return)\b/,
].map((part) => part.source).join("|"), "gm");

// Many rows may open at once; one look at all of them is enough.
let isAwaited = false;
function colourSoon() {
  if (isAwaited || !CSS.highlights) return;
  isAwaited = true;
  requestAnimationFrame(() => {
    isAwaited = false;
    colour();
  });
}

function colour() {
  const found = { comment: [], string: [], keyword: [] };
  for (const code of all("details[open] pre code, section > .calls pre code")) {
    if (code.parentElement.offsetParent === null) continue;
    const text = code.firstChild;
    for (const match of text.data.matchAll(TOKENS)) {
      const [name, token] = Object.entries(match.groups).find(([, token]) => token);
      const start = match.index + match[0].indexOf(token);
      found[name].push(new StaticRange({
        startContainer: text,
        startOffset: start,
        endContainer: text,
        endOffset: start + token.length,
      }));
    }
  }
  for (const [name, ranges] of Object.entries(found)) {
    CSS.highlights.set(name, new Highlight(...ranges));
  }
}

addEventListener("DOMContentLoaded", () => {
  for (const button of all("[data-speak]")) button.addEventListener("click", onSpeak);
  for (const button of all(".copy")) button.addEventListener("click", onCopy);
  for (const row of all("details.method")) row.addEventListener("toggle", onToggle);
  for (const calls of all("section > .calls")) addLanguages(calls);
  for (const part of all(".try")) part.hidden = !isServed;
  for (const form of all(".try form")) {
    form.addEventListener("submit", onTry);
    form.elements.example?.addEventListener("change", () => showExample(form));
    showExample(form);
  }
  nameServer();
  showCalls(root.dataset.call);
  for (const example of all("details.example, details.client")) example.addEventListener("toggle", colourSoon);
  const form = document.getElementById("filter");
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const part of all("#filter, .speak")) part.hidden = false;
  const contents = document.querySelector(".contents details");
  const wide = matchMedia("(min-width: 64rem)");
  contents.open = wide.matches;
  wide.addEventListener("change", () => { contents.open = wide.matches; });
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && !wide.matches) contents.open = false;
  });
  speak(root.lang);
  filter();
  watch();
  follow();
});
addEventListener("hashchange", follow);
