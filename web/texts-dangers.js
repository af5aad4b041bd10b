/** What the page says about dangers ahead, in English. */

export const dangerTexts = {
  title: 'Severe weather in the forecast',
  note: 'From the forecast. Not an official warning.',
  kinds: {
    gust1: (/** @type {string} */ speed) => `Gale-force gusts up to ${speed}`,
    gust2: (/** @type {string} */ speed) => `Storm-force gusts up to ${speed}`,
    gust3: (/** @type {string} */ speed) => `Hurricane-force gusts up to ${speed}`,
    wind1: (/** @type {string} */ speed) => `Gale-force wind up to ${speed}`,
    wind2: (/** @type {string} */ speed) => `Storm-force wind up to ${speed}`,
    wind3: (/** @type {string} */ speed) => `Hurricane-force wind up to ${speed}`,
    rain1: (/** @type {string} */ amount) => `Heavy rain, up to ${amount} in an hour`,
    rain2: (/** @type {string} */ amount) => `Very heavy rain, up to ${amount} in an hour`,
    snow: (/** @type {string} */ amount) => `Heavy snow, up to ${amount} in six hours`,
    ice: 'Freezing rain: ice on roads and paths',
    frost: (/** @type {string} */ low) => `Frost, down to ${low}`,
    cold: (/** @type {string} */ low) => `Dangerous cold, feels like ${low}`,
    heat1: (/** @type {string} */ high) => `Dangerous heat, feels like ${high}`,
    heat2: (/** @type {string} */ high) => `Extreme heat, feels like ${high}`,
    uv: (/** @type {string} */ index) => `Extreme UV, index ${index}`,
  },
  span: (/** @type {string} */ what, /** @type {string} */ from, /** @type {string} */ until) => `${what}, ${from} to ${until}`,
  nowUntil: (/** @type {string} */ what, /** @type {string} */ until) => `${what}, until ${until}`,
};
