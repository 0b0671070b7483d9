// Every page as pictures. usage: node screenshots.mjs LEDE FOLDER [PAGE...]
import { mkdirSync } from "node:fs";
import path from "node:path";
import { open, PAGES } from "./site.mjs";

const folder = path.resolve(process.argv[3] || "screenshots");
const wanted = process.argv.slice(4);
mkdirSync(folder, { recursive: true });
const { url, site, browser, stop } = await open(path.resolve(process.argv[2]));
const pages = { ...Object.fromEntries(Object.entries(PAGES).map(([name, target]) => [name, url + target])), widget: site.url };
for (const [name, target] of Object.entries(pages)) {
  if (wanted.length && !wanted.includes(name)) continue;
  for (const colorScheme of ["light", "dark"])
    for (const width of [320, 768, 1280]) {
      const context = await browser.newContext({ viewport: { width, height: width === 1280 ? 900 : 1000 }, colorScheme, deviceScaleFactor: 1 });
      const page = await context.newPage();
      await page.goto(target);
      if (name === "widget") {
        await page.locator("lede-search input[part=field]").pressSequentially("gannet bridge");
        await page.waitForSelector("lede-search li");
      }
      await page.screenshot({ path: path.join(folder, `${name}-${width}-${colorScheme}.png`) });
      await context.close();
    }
}
await stop();
console.log(`pictures are in ${folder}`);
