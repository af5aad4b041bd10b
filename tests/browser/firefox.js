/** Firefox for the walkthrough, over WebDriver BiDi. */

import puppeteer from 'puppeteer-core';

export class Firefox {
  #browser;
  #page;

  /** @param {import('puppeteer-core').Browser} browser @param {import('puppeteer-core').Page} page */
  constructor(browser, page) {
    this.#browser = browser;
    this.#page = page;
  }

  static async start() {
    const browser = await puppeteer.launch({
      browser: 'firefox', executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr', headless: true,
    });
    return new Firefox(browser, await browser.newPage());
  }

  /** @param {string} address */
  async open(address) {
    await this.#page.goto(address);
  }

  /** @param {string} script */
  async evaluate(script) {
    return this.#page.evaluate(script);
  }

  /** @param {string} selector */
  async click(selector) {
    await this.#page.locator(selector).click();
  }

  /** @param {string} selector @param {string} text */
  async type(selector, text) {
    await this.#page.locator(selector).click();
    await this.#page.keyboard.type(text);
    await this.#page.keyboard.press('Enter');
  }

  async close() {
    await this.#browser.close();
  }
}
