// <lede-search src="https://archive.example"> puts a lede archive's search into any page.
//
//   <script src="https://archive.example/lede-search.js" defer></script>
//   <lede-search src="https://archive.example" count="5">
//     <form action="https://archive.example/search"><input name="q" aria-label="Search"><button>Search</button></form>
//   </lede-search>
//
// Attributes: src (where lede answers; without it, where this script came from), count (stories shown,
// 5), filter (a query every search is narrowed by, such as source:"The Lantern"), placeholder, label,
// live ("off": only on submit), target ("saved": links go to the saved story, else to the original).
// Parts to style: form label field button status list item headline dateline passage mark more.
// What stands inside is the fallback where there is no script. The server must allow this site:
// lede serve --origins https://this.site.
"use strict";
(() => {
  const ORIGIN = document.currentScript ? new URL(".", document.currentScript.src).href.replace(/\/$/, "") : "";
  const PAUSE_MS = 200, CHARS_MIN = 3;
  const STYLE = `
:host{display:block;font-family:inherit;color:inherit}
form{display:flex;flex-wrap:wrap;gap:.3em .5em}label{flex:1 0 100%;font-size:.85em}
input{flex:1;min-width:8em;padding:.5em .7em;font:inherit;color:inherit;background:transparent;border:1px solid currentColor;border-radius:3px}
button{padding:.5em 1em;font:inherit;font-weight:600;color:inherit;background:transparent;border:1px solid currentColor;border-radius:3px;cursor:pointer}
[part=status]{margin:.6em 0 0;font-size:.85em}
ol{margin:0;padding:0;list-style:none}li{padding:.8em 0;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}
h3{margin:0;font-size:1.1em;line-height:1.25}h3 a{color:inherit;text-decoration:none}h3 a:hover{text-decoration:underline}
p{margin:.25em 0 0}[part=dateline]{font-size:.85em;font-variant-caps:all-small-caps;letter-spacing:.04em}
mark{background:#fbeeb0;color:#1b1a17;border-radius:2px}[part=more]{display:inline-block;margin-top:.8em;font-size:.9em;color:inherit}
:focus-visible{outline:2px solid;outline-offset:2px}`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  const encoder = new TextEncoder(), decoder = new TextDecoder();

  const make = (name, part, text, attributes = {}) => {
    const made = document.createElement(name);
    if (part) made.setAttribute("part", part);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  // Marks are [offset, bytes] in UTF-8.
  const marked = (target, text, marks) => {
    const bytes = encoder.encode(text);
    let at = 0;
    for (const [from, length] of marks || []) {
      if (from < at) continue;
      target.append(decoder.decode(bytes.subarray(at, from)));
      target.append(make("mark", "mark", decoder.decode(bytes.subarray(from, from + length))));
      at = from + length;
    }
    target.append(decoder.decode(bytes.subarray(at)));
  };
  const isWeb = (url) => /^https?:\/\//i.test(url || "");

  class LedeSearch extends HTMLElement {
    #request = null;
    #timer = 0;
    #parts = null;

    connectedCallback() {
      if (this.#parts) return;
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      const form = make("form", "form", "", { role: "search", action: `${this.#src}/search`, method: "get" });
      const label = make("label", "label", this.getAttribute("label") || "Search", { for: "q" });
      const field = make("input", "field", "", { type: "search", id: "q", name: "q", autocomplete: "off", maxlength: "2048",
                                                 placeholder: this.getAttribute("placeholder") || "" });
      const button = make("button", "button", this.getAttribute("button") || "Search", { type: "submit" });
      const status = make("p", "status", "", { role: "status" });
      const list = make("ol", "list");
      const more = make("a", "more", "All stories");
      more.hidden = true;
      form.append(label, field, button);
      root.append(form, status, list, more);
      this.#parts = { field, status, list, more };
      form.addEventListener("submit", (event) => { event.preventDefault(); this.search(field.value); });
      field.addEventListener("input", () => {
        clearTimeout(this.#timer);
        if (this.getAttribute("live") === "off") return;
        const typed = field.value.trim();
        if ([...typed].length >= CHARS_MIN) this.#timer = setTimeout(() => this.search(typed), PAUSE_MS);
        else if (!typed) this.#clear();
      });
    }

    disconnectedCallback() {
      clearTimeout(this.#timer);
      this.#request?.abort();
    }

    get #src() { return (this.getAttribute("src") || ORIGIN).replace(/\/$/, ""); }

    #clear() {
      this.#request?.abort();
      this.#parts.list.replaceChildren();
      this.#parts.status.textContent = "";
      this.#parts.more.hidden = true;
    }

    /** Searches and shows; resolves to the answer, null where it was overtaken or failed. */
    async search(words) {
      const { status, list, more } = this.#parts;
      clearTimeout(this.#timer);
      this.#request?.abort();
      const request = (this.#request = new AbortController());
      const filter = this.getAttribute("filter") || "";
      const query = `${filter} ${words}`.trim();
      if (!words.trim()) { this.#clear(); return null; }
      const parameters = new URLSearchParams({ q: query, count: this.getAttribute("count") || "5" });
      try {
        const response = await fetch(`${this.#src}/v1/search?${parameters}`, { signal: request.signal });
        const answer = await response.json();
        if (!response.ok) throw new Error(answer.detail);
        list.replaceChildren(...answer.hits.map((hit) => this.#item(hit, query)));
        status.textContent = answer.total === 0 ? "No stories" : answer.total === 1 ? "1 story" : `${answer.total.toLocaleString()} stories`;
        more.hidden = answer.total <= answer.hits.length;
        more.href = `${this.#src}/search?${new URLSearchParams({ q: query })}`;
        this.dispatchEvent(new CustomEvent("lede-answer", { detail: answer, bubbles: true }));
        return answer;
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = "The search could not be reached.";
        return null;
      }
    }

    #item(hit, query) {
      const item = make("li", "item"), headline = make("h3", "headline"), link = make("a");
      const original = hit.canonicalUrl || hit.url;
      link.href = this.getAttribute("target") !== "saved" && isWeb(original)
        ? original : `${this.#src}/article?${new URLSearchParams({ key: hit.key, q: query })}`;
      marked(link, hit.headline || "Without a headline", hit.headline ? hit.headlineMarks : []);
      headline.append(link);
      const date = (hit.datePublished || "").slice(0, 10);
      const pieces = [hit.publisher, hit.articleSection, date].filter(Boolean);
      item.append(headline);
      if (pieces.length) item.append(make("p", "dateline", pieces.join(" · ")));
      for (const passage of (hit.passages || []).slice(0, 1)) {
        const text = make("p", "passage");
        marked(text, passage.text, passage.marks);
        item.append(text);
      }
      if (hit.inLanguage) item.lang = hit.inLanguage;
      return item;
    }
  }
  if (!customElements.get("lede-search")) customElements.define("lede-search", LedeSearch);
})();
