/** What the page says in the parts that are opened or requested, in English. */

import { counted } from './texts.js';

export const moreTexts = {
  columns: {
    time: 'Time',
    probability: 'Chance',
    precipitation: 'Amount',
    temperature: 'Temperature',
    feelsLike: 'Feels like',
    condition: 'Weather',
    wind: 'Wind',
    gust: 'Gusts',
    humidity: 'Humidity',
    pressure: 'Pressure',
  },
  partOfDay: 'The forecast covers only part of this day.',
  fromNow: 'From now until midnight.',
  windUpTo: (/** @type {string} */ speed) => `Wind up to ${speed}`,
  gustsUpTo: (/** @type {string} */ speed) => `gusts up to ${speed}`,
  uvUpTo: (/** @type {string} */ index, /** @type {string} */ exposure) => `UV index up to ${index}, ${exposure}`,
  sunFromTo: (/** @type {string} */ rise, /** @type {string} */ set) => `Sunrise ${rise}, sunset ${set}`,
  hoursOfDay: (/** @type {string} */ day) => `${day}, hour by hour`,

  search: {
    none: (/** @type {string} */ text) => `No place found for “${text}”`,
    found: (/** @type {number} */ count) => `${counted(count, 'place')} found`,
    failed: 'Search is not responding right now. Press Enter to try this name.',
    offline: 'You are offline. These places are stored in this browser.',
    aka: (/** @type {string} */ name) => `also ${name}`,
  },
  locating: 'Finding where you are…',
  locationDenied: 'Your browser blocked access to your location. Search for a place instead.',
  locationFailed: 'Your location could not be found. Search for a place instead.',
  locationInsecure: 'Browsers share your location only over HTTPS, and this page was loaded over plain HTTP. Search for a place instead.',
  locationMissing: 'This browser cannot determine your location. Search for a place instead.',

  sample: {
    title: 'A recorded sample, not today’s weather',
    of: (/** @type {string} */ place, /** @type {string} */ date) => `This is the weather in ${place}, recorded on ${date}.`,
    unreachable: (/** @type {string} */ providers) =>
      `Live weather is missing because ${providers} could not be reached and no other provider is configured.`,
    only: 'This service is set up to show only the sample.',
    unknown: 'Live weather is missing because no provider could be reached.',
    advice: 'Do you run this service? Check that it has a connection to the internet.',
    providers: /** @type {Record<string, string>} */ ({
      'open-meteo': 'Open-Meteo', 'met-norway': 'MET Norway', openweathermap: 'OpenWeather',
    }),
  },

  savedHint: 'Tap the star to save a place. Its weather will appear here.',
  unsave: (/** @type {string} */ name) => `Remove ${name} from saved places`,
  savedNow: (/** @type {string} */ name) => `${name} is saved.`,
  removed: (/** @type {string} */ name) => `${name} was removed from saved places.`,
  undo: 'Undo',
  notStored: 'This browser does not store anything for this page, so saved places are lost when you close it.',
  edit: 'Edit',
  done: 'Done',
  moveUp: (/** @type {string} */ name) => `Move ${name} up`,
  moveDown: (/** @type {string} */ name) => `Move ${name} down`,
  moved: (/** @type {string} */ name, /** @type {number} */ position, /** @type {number} */ count) => `${name} is now ${position} of ${count}.`,
  rename: (/** @type {string} */ name) => `Your name for ${name}`,

  settings: {
    title: 'Settings',
    close: 'Close',
    unitsTitle: 'Units',
    quantities: { temperature: 'Temperature', wind: 'Wind', pressure: 'Pressure', precipitation: 'Rain and snow', distance: 'Distance' },
    units: {
      C: 'Celsius (°C)', F: 'Fahrenheit (°F)', 'm/s': 'm/s', 'km/h': 'km/h', mph: 'mph', kn: 'Knots', Bft: 'Beaufort',
      hPa: 'hPa', inHg: 'inHg', mmHg: 'mmHg', mm: 'mm, snow in cm', in: 'Inches', km: 'km', mi: 'Miles',
    },
    pageTitle: 'This page',
    theme: 'Colours',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    opensWith: 'Opens with',
    lastPlace: 'The last place viewed',
    myLocation: 'My location',
    storedHere: 'Settings and places are stored in this browser only.',
  },
};
