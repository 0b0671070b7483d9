// The pages in a real Chromium. usage: node test_web.mjs LEDE [NAME...]   (prints TAP)
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { here, open, PAGES, root } from "./site.mjs";

const AXE = readFileSync(path.join(here, "node_modules/axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const lede = path.resolve(process.argv[2] || "");
const { url, site, browser, stop } = await open(lede);

/** Runs `use` in a page of its own; whatever the console or the policy complains of fails it. */
async function visit(target, use, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: false, ...options });
  const page = await context.newPage();
  const complaints = [], asked = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  try {
    const response = await page.goto(target.startsWith("http") ? target : url + target);
    await use(page, { response, asked });
    assert.deepEqual(complaints.filter((text) => !text.includes("404 (Not Found)")), []);
  } finally {
    await context.close();
  }
}
const count = (page, selector) => page.locator(selector).count();
const total = async (page) => Number((await page.locator(".count b").textContent()).replace(",", ""));
/** A mark on the window that a full load would wipe. */
const stamp = (page) => page.evaluate(() => { window.stamped = true; });
const isStamped = (page) => page.evaluate(() => window.stamped === true);
const settled = (page) => page.waitForFunction(() => !document.documentElement.hasAttribute("aria-busy"));

const cases = {
  async "axe finds nothing at WCAG 2.2 AA"() {
    for (const [name, target] of Object.entries(PAGES))
      for (const [width, colorScheme] of [[1280, "light"], [320, "dark"]])
        await visit(target, async (page) => {
          for (const details of await page.locator("details").all()) await details.evaluate((d) => { d.open = true; });
          const session = await page.context().newCDPSession(page);
          await session.send("Runtime.evaluate", { expression: AXE }); // past the policy, as a tool may
          const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), WCAG);
          const problems = found.violations.map((v) => `${name} ${width} ${colorScheme}: ${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(" | ")}`);
          assert.deepEqual(problems, []);
          assert.ok(found.passes.length > 5);
        }, { viewport: { width, height: 800 }, colorScheme });
  },

  async "no page is wider than 320 px, nor at 200 %"() {
    for (const [name, target] of Object.entries(PAGES))
      for (const [width, fontSize] of [[320, "16px"], [640, "32px"]])
        await visit(target, async (page) => {
          const session = await page.context().newCDPSession(page);
          await session.send("Runtime.evaluate", { expression: `document.documentElement.style.fontSize = "${fontSize}"` });
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${name} at ${width}, ${fontSize}: ${wide} px too wide`);
        }, { viewport: { width, height: 640 } });
  },

  async "searching, with and without a script"() {
    for (const javaScriptEnabled of [true, false])
      await visit("/", async (page) => {
        await page.fill("#q", "gannet bridge");
        await page.press("#q", "Enter");
        await page.waitForSelector(".hit");
        assert.equal(await count(page, ".hit"), 10);
        assert.ok(await count(page, ".hit mark") > 10);
        assert.equal(await page.inputValue("#q"), "gannet bridge");
        const before = await total(page);
        await page.click(".narrow a:has-text('Harbour')");
        await page.waitForSelector(".chips li");
        assert.ok(await total(page) < before);
        await page.click(".chips a");
        await page.waitForFunction((n) => document.querySelector(".count b").textContent === String(n), before);
        await page.click(".orders a:has-text('Newest')");
        await page.waitForSelector(".orders [aria-current]:has-text('Newest')");
        await page.click(".paging a[rel=next]");
        await page.waitForSelector(".paging [aria-current]:has-text('2')");
        await page.click(".hit h2 a >> nth=0");
        await page.waitForSelector(".story");
        assert.equal(await count(page, "h1"), 1);
      }, { javaScriptEnabled });
  },

  async "results come without a full reload, and Back works"() {
    await visit("/search?q=bridge", async (page) => {
      await stamp(page);
      const before = await total(page);
      await page.click(".narrow a:has-text('Courts')");
      await page.waitForSelector(".chips li");
      await settled(page);
      assert.ok(await isStamped(page) && page.url().includes("section=Courts"));
      await page.fill("#q", "garrow");
      await page.press("#q", "Enter");
      await page.waitForFunction(() => document.title.startsWith("garrow"));
      assert.ok(await isStamped(page) && page.url().includes("section=Courts") && page.url().includes("q=garrow"));
      await page.goBack();
      await page.waitForFunction(() => document.title.startsWith("bridge"));
      await page.goBack();
      await page.waitForFunction(() => !document.querySelector(".chips"));
      assert.equal(await total(page), before);
      assert.equal(await page.inputValue("#q"), "bridge");
      assert.ok(await isStamped(page));
    });
  },

  async "the timeline narrows, by pointer and by table"() {
    await visit("/search?q=bridge", async (page) => {
      const bar = page.locator(".timeline svg a").nth(2);
      const stories = Number((await bar.locator("title").textContent()).match(/: (\d+) stor/)[1]);
      const box = await bar.locator(".bar").boundingBox();
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await page.waitForSelector(".chips li");
      assert.equal(await total(page), stories);
      assert.equal(await count(page, ".chips li"), 2);
    });
    await visit("/search?q=bridge", async (page) => {
      await page.click(".twin summary");
      const row = page.locator(".twin tr:has(a)").nth(1);
      const stories = Number(await row.locator("td").first().textContent());
      await row.locator("a").click();
      await page.waitForSelector(".chips li");
      assert.equal(await total(page), stories);
    });
  },

  async "dates as words, and comparing"() {
    await visit("/search?q=bridge", async (page) => {
      await page.fill("#f-from", "2024-02");
      await page.fill("#f-to", "2024-03");
      await page.click(".dates button");
      await page.waitForSelector(".chips li");
      assert.equal(await count(page, ".chips li"), 2);
      await page.fill("#f-c2", "strike");
      await page.press("#f-c2", "Enter");
      await page.waitForSelector(".legend");
      assert.equal(await count(page, ".timeline polyline"), 1);
      assert.equal(await page.inputValue("#f-from"), "2024-02");
    });
  },

  async "suggestions: a combobox that keys and pointer work"() {
    await visit("/", async (page, { asked }) => {
      await page.locator("#q").pressSequentially("ga");
      await page.waitForTimeout(300);
      assert.ok(!asked.some((address) => address.includes("/v1/suggest")));
      await page.locator("#q").pressSequentially("nnet");
      await page.waitForSelector("#suggestions li");
      const options = await count(page, "#suggestions li");
      assert.ok(options > 0 && options <= 5);
      assert.equal(await page.getAttribute("#q", "aria-expanded"), "true");
      await page.press("#q", "ArrowDown");
      const active = await page.getAttribute("#q", "aria-activedescendant");
      assert.equal(await page.getAttribute(`#${active}`, "aria-selected"), "true");
      assert.ok(await page.evaluate(() => document.activeElement.id === "q"));
      await page.press("#q", "Escape");
      assert.equal(await page.getAttribute("#q", "aria-expanded"), "false");
      assert.equal(await page.inputValue("#q"), "gannet");
      await page.press("#q", "End");
      await page.locator("#q").pressSequentially(" ");
      await page.locator("#q").pressSequentially("b");
      await page.waitForSelector("#suggestions li");
      await page.press("#q", "ArrowUp");
      await page.press("#q", "Enter");
      await page.waitForSelector(".story h1");
      assert.ok(asked.filter((address) => address.includes("/v1/suggest")).length <= 3);
    });
  },

  async "keys, and switching them off"() {
    await visit("/search?q=bridge", async (page) => {
      const focused = () => page.evaluate(() => document.activeElement.textContent);
      await page.keyboard.press("j");
      const first = await focused();
      await page.keyboard.press("j");
      assert.notEqual(await focused(), first);
      await page.keyboard.press("k");
      assert.equal(await focused(), first);
      await page.keyboard.press("/");
      assert.ok(await page.evaluate(() => document.activeElement.id === "q"));
      await page.keyboard.type("j");
      assert.equal(await page.inputValue("#q"), "j");
      await page.keyboard.press("Tab");
      await page.keyboard.press("?");
      assert.ok(await page.locator("#keys").isVisible());
      await page.uncheck("#keys input");
      await page.click("#keys button");
      await page.reload();
      await page.keyboard.press("/");
      assert.ok(await page.evaluate(() => document.activeElement.id !== "q"));
      await page.click(".foot button");
      await page.check("#keys input");
      await page.keyboard.press("Escape");
      await page.keyboard.press("j");
      await page.keyboard.press("o");
      await page.waitForSelector(".story");
    });
  },

  async "the reader goes from mark to mark, shows changes, cites"() {
    await visit(PAGES.article, async (page) => {
      const marks = await count(page, ".story mark");
      assert.ok(marks >= 4);
      await page.keyboard.press("n");
      assert.equal(await page.locator(".hits-place").textContent(), `1 of ${marks}`);
      await page.keyboard.press("p");
      assert.equal(await page.locator(".hits-place").textContent(), `${marks} of ${marks}`);
      await page.click(".hitbar button:has-text('Next')");
      assert.equal(await count(page, "mark.here"), 1);
      await page.click(".hitbar a >> nth=1");
      assert.ok(page.url().endsWith("#hit2"));
      await page.click(".cite summary");
      assert.match(await page.locator("#citation").textContent(), /“Night boat to stop at the old quay”, 1 May 2024, https:\/\/quay\.example\/2024\/night-boat-en\.html\./);
      await page.click(".versions a:has-text('what changed')");
      await page.waitForSelector(".diff ins");
      assert.match((await page.locator(".diff ins").allTextContents()).join(" "), /Friday.*four crowns/s);
      assert.match((await page.locator(".diff del").allTextContents()).join(" "), /Wednesday/);
    });
  },

  async "dark, forced colours, less motion, print, right to left"() {
    const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await visit(PAGES.results, async (page) => assert.equal(await background(page), "rgb(22, 21, 19)"), { colorScheme: "dark" });
    await visit(PAGES.results, async (page) => {
      const bar = await page.locator(".bar").first().evaluate((b) => getComputedStyle(b).fill);
      assert.notEqual(bar, await background(page));
    }, { forcedColors: "active" });
    await visit(PAGES.results, async (page) => {
      assert.equal(await page.locator(".stories").evaluate((e) => getComputedStyle(e).transitionDuration), "0s");
      await page.emulateMedia({ media: "print" });
      for (const part of [".search", ".narrow", ".paging"]) assert.equal(await page.locator(part).isVisible(), false, part);
      assert.ok(await page.locator(".hit").first().isVisible());
    }, { reducedMotion: "reduce" });
    await visit(PAGES.arabic, async (page) => {
      assert.equal(await page.getAttribute(".story", "dir"), "rtl");
      assert.equal(await page.locator("h1").evaluate((h) => getComputedStyle(h).direction), "rtl");
    });
  },

  async "nothing is asked of anyone else, and the policy is strict"() {
    for (const target of Object.values(PAGES))
      await visit(target, async (page, { response, asked }) => {
        await page.waitForLoadState("networkidle");
        assert.deepEqual(asked.filter((address) => !address.startsWith(url)), []);
        const policy = response.headers()["content-security-policy"];
        assert.ok(policy.startsWith("default-src 'none'") && !policy.includes("unsafe"), policy);
        assert.equal(await count(page, "[style], style, script:not([src]), [onclick]"), 0);
        assert.equal((await page.context().cookies()).length, 0);
      });
  },

  // The scores of Lighthouse 12's five measures for a phone (log-normal curves through its published
  // 10th percentile and median), under its slow 4G and a processor a quarter as fast.
  async "the measures of a phone on slow 4G score at least 95"() {
    const CURVES = { fcp: [1800, 3000, 10], si: [3387, 5800, 10], lcp: [2500, 4000, 25], tbt: [200, 600, 30], cls: [0.1, 0.25, 25] };
    const erf = (x) => { // Abramowitz and Stegun 7.1.26
      const t = 1 / (1 + 0.3275911 * Math.abs(x));
      const y = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
      return x < 0 ? -y : y;
    };
    const score = (value, p10, median) => value <= 0 ? 1 : (1 - erf(0.9061938 * Math.log(value / median) / Math.log(median / p10))) / 2;
    for (const name of ["front", "results", "article"])
      await visit("/healthz", async (page) => {
        const session = await page.context().newCDPSession(page);
        await session.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 });
        await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
        await page.addInitScript(() => {
          window.measures = { lcp: 0, cls: 0, tbt: 0 };
          const watch = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
          watch("largest-contentful-paint", (e) => { measures.lcp = e.startTime; });
          watch("layout-shift", (e) => { if (!e.hadRecentInput) measures.cls += e.value; });
          watch("longtask", (e) => { measures.tbt += Math.max(0, e.duration - 50); });
        });
        await page.goto(url + PAGES[name], { waitUntil: "networkidle" });
        await page.waitForFunction(() => measures.lcp > 0 && performance.getEntriesByName("first-contentful-paint").length > 0);
        const m = await page.evaluate(() => ({ ...measures, fcp: performance.getEntriesByName("first-contentful-paint")[0].startTime }));
        m.si = m.lcp; // the page is painted at once
        let sum = 0;
        for (const [key, [p10, median, weight]] of Object.entries(CURVES)) sum += weight * score(m[key], p10, median);
        console.log(`# ${name}: ${sum.toFixed(1)} of 100; FCP ${m.fcp.toFixed(0)} ms, LCP ${m.lcp.toFixed(0)} ms, blocked ${m.tbt.toFixed(0)} ms, shift ${m.cls.toFixed(3)}`);
        assert.ok(sum >= 95, `${name}: ${sum}`);
      }, { viewport: { width: 412, height: 823 } });
  },

  async "the widget, on another site, with and without a script"() {
    const bytes = gzipSync(readFileSync(path.join(root, "web/lede-search.js")), { level: 6 }).length;
    console.log(`# lede-search.js: ${bytes} bytes compressed`);
    assert.ok(bytes <= 12000);
    await visit(site.url, async (page) => {
      const field = page.locator("lede-search input[part=field]");
      await field.pressSequentially("gannet bridge");
      await page.waitForSelector("lede-search li[part=item]");
      assert.equal(await count(page, "lede-search li[part=item]"), 5);
      assert.ok(await count(page, "lede-search mark") > 3);
      assert.match(await page.locator("lede-search [part=status]").textContent(), /^\d+ stories$/);
      assert.match(await page.locator("lede-search [part=more]").getAttribute("href"), /\/search\?q=gannet\+bridge$/);
      assert.equal(await page.locator("lede-search [part=button]").evaluate((b) => getComputedStyle(b).backgroundColor), "rgb(140, 29, 24)");
      await page.evaluate(AXE);
      const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), WCAG);
      assert.deepEqual(found.violations.map((v) => v.id), []);
      await field.fill("zzyzxqq");
      await field.press("Enter");
      await page.waitForFunction(() => document.querySelector("lede-search").shadowRoot.querySelector("[part=status]").textContent === "No stories");
    });
    await visit(site.url, async (page) => {
      await page.fill("#q", "bridge");
      await page.click("button");
      await page.waitForSelector(".hit");
    }, { javaScriptEnabled: false });
  },

  async "a stock page of InstantSearch searches, narrows and highlights"() {
    await visit(`${site.url}/instant`, async (page) => {
      const stats = async () => Number((await page.locator("#stats").textContent()).match(/([\d,]+) result/)[1].replace(",", ""));
      await page.waitForSelector("#hits li");
      const all = await stats();
      await page.fill("#searchbox input", "bridge");
      await page.waitForSelector("#hits mark");
      const found = await stats();
      assert.ok(found > 5 && found < all);
      assert.equal(await count(page, "#hits li"), 8);
      const label = page.locator("#sources li", { hasText: "The Aldern Lantern" });
      const narrowed = Number(await label.locator(".ais-RefinementList-count").textContent());
      await label.locator("input").check();
      await page.waitForFunction((n) => document.querySelector("#stats").textContent.startsWith(String(n)), narrowed);
      await page.selectOption("#sort select", "news:published:desc");
      await page.waitForTimeout(500);
      const dates = await page.locator("#hits i").allTextContents();
      assert.deepEqual(dates, [...dates].sort().reverse());
      await page.click("#pages a[aria-label='Page 2']");
      await page.waitForFunction((first) => document.querySelector("#hits i").textContent !== first, dates[0]);
    });
  },
};

const wanted = process.argv.slice(3);
const names = Object.keys(cases).filter((name) => !wanted.length || wanted.some((word) => name.includes(word)));
let failed = 0;
console.log(`1..${names.length + 1}`);
for (const [i, name] of names.entries()) {
  try {
    await cases[name]();
    console.log(`ok ${i + 1} - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${i + 1} - ${name}`);
    for (const line of String(error.stack || error).split("\n").slice(0, 30)) console.log(`# ${line}`);
  }
}
const code = await stop();
console.log(`${code === 0 ? "ok" : "not ok"} ${names.length + 1} - the server ends clean`);
console.log(`${names.length + 1 - failed - (code !== 0)} passed, ${failed + (code !== 0)} failed`);
process.exit(failed || code !== 0 ? 1 : 0);
