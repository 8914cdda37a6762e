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
  for (const row of all("details.method")) row.said = undefined;
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

// A row that is opened gets the buttons of the languages, and the address leads to it.
function onToggle(event) {
  const row = event.currentTarget;
  if (!row.open) return;
  const calls = row.querySelector(".calls");
  if (!calls.querySelector(".languages")) {
    calls.prepend(document.getElementById("languages").content.cloneNode(true));
    for (const button of all("[data-choose]", calls)) button.addEventListener("click", onChoose);
    calls.querySelector(".copy").addEventListener("click", onCopy);
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
  for (const row of all("details.method")) {
    const { countries, currencies, gone } = row.dataset;
    const is = (!asked.country || countries.split(" ").includes(asked.country))
      && (!asked.currency || currencies.split(" ").includes(asked.currency))
      && (!asked.flow || flows(row, asked.country).includes(asked.flow))
      && (asked.discontinued || gone === undefined)
      && words.every((word) => said(row).includes(word));
    row.hidden = !is;
    shown += is ? 1 : 0;
  }
  document.getElementById("shown").textContent = shown;
  document.getElementById("none").hidden = shown > 0;
}

// The flows of a row: of one country where that is asked for, else all that it has anywhere.
function flows(row, country) {
  const { flow, flowIn } = row.dataset;
  const others = flowIn.split(" ").filter((one) => one).map((one) => one.split(":"));
  if (!country) return [flow, ...others.map(([, other]) => other)];
  return [others.find(([where]) => where === country)?.[1] ?? flow];
}

function said(row) {
  row.said ??= all("summary, .facts-of", row).map((part) => part.textContent).join(" ").toLowerCase();
  return row.said;
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
  for (const code of all("details[open] pre code")) {
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
  for (const example of all("details.example")) example.addEventListener("toggle", colourSoon);
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
