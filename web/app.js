// What a script adds to pages that work without one: suggestions, results without a full reload, keys.
// Everything here may fail or be switched off and the page still searches.
"use strict";
(() => {
  const base = document.currentScript ? new URL(document.currentScript.src).pathname.replace(/\/app\.js$/, "") : "";
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const show = (target) => target.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });

  // ---- suggestions: a combobox with a list (WAI-ARIA APG); focus stays in the field ----
  const CHARS_MIN = 3, PAUSE_MS = 150;
  function suggest() {
    const input = $("#q");
    if (!input) return;
    const list = element("ul", { id: "suggestions", className: "suggestions", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Stories");
    input.closest(".box").append(list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "suggestions"],
                                 ["aria-expanded", "false"]]) input.setAttribute(name, value);
    let at = -1, timer = 0, request = null;

    const close = () => {
      list.hidden = true;
      at = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      clearTimeout(timer);
      request?.abort();
    };
    const choose = (next) => {
      const options = [...list.children];
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === next)));
      at = next;
      if (at < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", options[at].id);
    };
    const go = (option) => { location.href = option.dataset.href; };
    const fill = (found) => {
      list.replaceChildren(...found.map((story, i) => {
        const option = element("li", { id: `s${i}` }, element("span", { textContent: story.text }));
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        if (story.source) option.append(element("small", { textContent: story.source }));
        option.dataset.href = `${base}/article?key=${encodeURIComponent(story.key)}`;
        option.addEventListener("pointerdown", (event) => { event.preventDefault(); go(option); });
        return option;
      }));
      list.hidden = found.length === 0;
      input.setAttribute("aria-expanded", String(found.length > 0));
      choose(-1);
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      request?.abort();
      const typed = input.value.trim();
      if ([...typed].length < CHARS_MIN) { close(); return; }
      timer = setTimeout(async () => {
        request = new AbortController();
        try {
          const answer = await fetch(`${base}/v1/suggest?q=${encodeURIComponent(typed)}`, { signal: request.signal });
          if (answer.ok && document.activeElement === input) fill((await answer.json()).suggestions);
        } catch { /* aborted, or no network: no suggestions */ }
      }, PAUSE_MS);
    });
    input.addEventListener("keydown", (event) => {
      const count = list.hidden ? 0 : list.children.length;
      if (event.key === "Escape" && count) { close(); event.preventDefault(); }
      else if (event.key === "ArrowDown" && count) { choose(at + 1 >= count ? -1 : at + 1); event.preventDefault(); }
      else if (event.key === "ArrowUp" && count) { choose(at < 0 ? count - 1 : at - 1); event.preventDefault(); }
      else if (event.key === "Enter" && at >= 0) { go(list.children[at]); event.preventDefault(); }
    });
    input.addEventListener("blur", close);
    input.form.addEventListener("submit", close);
  }

  // ---- results without a full reload ----
  const isSearch = (url) => url.origin === location.origin && url.pathname === `${base}/search` && url.search !== "";
  let loading = null;
  async function load(url, push) {
    loading?.abort();
    loading = new AbortController();
    document.documentElement.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { signal: loading.signal, headers: { Accept: "text/html" } });
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !$(".columns", next) || !$(".columns")) { location.href = url; return; }
      if (push) history.pushState(null, "", url);
      document.title = next.title;
      document.body.className = next.body.className;
      $("#main").replaceWith(next.adoptNode($("#main", next)));
      const form = $(".search"), fresh = $(".search", next);
      $$("input[type=hidden]", form).forEach((field) => field.remove());
      form.append(...$$("input[type=hidden]", fresh));
      $("#q").value = $("#q", next).value;
      if (push) { scrollTo(0, 0); $("#main").focus({ preventScroll: true }); }
    } catch (error) {
      if (error.name !== "AbortError") location.href = url;
    } finally {
      document.documentElement.removeAttribute("aria-busy");
    }
  }
  function enhance() {
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const href = link.href.baseVal ?? link.href;
      const url = new URL(href, location.href);
      if (url.hash || !isSearch(url) || !$(".columns")) return;
      event.preventDefault();
      load(url.href, true);
    });
    document.addEventListener("submit", (event) => {
      const form = event.target, url = new URL(form.action);
      for (const [name, value] of new FormData(form)) if (value !== "") url.searchParams.append(name, value);
      if (event.defaultPrevented || !isSearch(url) || !$(".columns")) return;
      event.preventDefault();
      load(url.href, true);
    });
    addEventListener("popstate", () => { if (isSearch(new URL(location.href)) && $(".columns")) load(location.href, false); else location.reload(); });
  }

  // ---- keys: single letters, which some need switched off (WCAG 2.1.4) ----
  const SETTING = "lede-keys";
  const HELP = [["/", "to the search field"], ["j k", "next and previous story"], ["o", "open the story"],
                ["n p", "next and previous marked word"], ["?", "this list"]];
  const areOn = () => { try { return localStorage.getItem(SETTING) !== "off"; } catch { return true; } };
  const set = (on) => { try { localStorage.setItem(SETTING, on ? "on" : "off"); } catch { /* kept for this page only */ } };
  let story = -1, hit = -1, keysOn = areOn();
  function step(selector, at, by) {
    const all = $$(selector);
    if (!all.length) return -1;
    const next = (at + by + all.length + (at < 0 && by < 0 ? 1 : 0)) % all.length;
    return next;
  }
  function toStory(by) {
    story = step(".hit h2 a", story, by);
    const link = $$(".hit h2 a")[story];
    if (link) { link.focus({ preventScroll: true }); show(link); }
  }
  function toHit(by) {
    hit = step(".story mark", hit, by);
    const all = $$(".story mark");
    all.forEach((mark, i) => mark.classList.toggle("here", i === hit));
    if (all[hit]) { show(all[hit]); const place = $(".hits-place"); if (place) place.textContent = `${hit + 1} of ${all.length}`; }
  }
  function help() {
    let dialog = $("#keys");
    if (!dialog) {
      const list = element("dl");
      for (const [key, meaning] of HELP) list.append(element("div", {}, element("dt", {}, element("kbd", { textContent: key })), element("dd", { textContent: meaning })));
      const box = element("input", { type: "checkbox", checked: keysOn });
      box.addEventListener("change", () => { keysOn = box.checked; set(keysOn); });
      const done = element("button", { type: "button", textContent: "Close" });
      dialog = element("dialog", { id: "keys" }, element("h2", { textContent: "Keys" }), list,
                       element("label", {}, box, " Single keys are on"), done);
      dialog.setAttribute("aria-label", "Keys");
      done.addEventListener("click", () => dialog.close());
      document.body.append(dialog);
    }
    if (!dialog.open) dialog.showModal();
  }
  const actions = { "/": () => { $("#q").focus(); $("#q").select(); }, j: () => toStory(1), k: () => toStory(-1),
                    o: () => $$(".hit h2 a")[story]?.click(), n: () => toHit(1), p: () => toHit(-1), "?": help };
  function keys() {
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
      if (!keysOn || !Object.hasOwn(actions, event.key)) return;
      event.preventDefault();
      actions[event.key]();
    });
    const foot = $(".foot p");
    if (foot) {
      const button = element("button", { type: "button", className: "plain", textContent: "Keys" });
      button.addEventListener("click", help);
      foot.append(" · ", button);
    }
    $$("[data-hit-step]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => toHit(Number(button.dataset.hitStep)));
    });
    $$("[data-copy]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", async () => {
        try { await navigator.clipboard.writeText($("#citation").textContent); button.textContent = "Copied"; }
        catch { getSelection().selectAllChildren($("#citation")); }
      });
    });
  }

  suggest();
  enhance();
  keys();
})();
