/**
 * Every word the page says, in English. Another language is another module of this shape.
 * Weekdays, dates and numbers are not here: `Intl` writes them as the reader is used to.
 */

const compass = [
  'north', 'north-northeast', 'northeast', 'east-northeast', 'east', 'east-southeast', 'southeast', 'south-southeast',
  'south', 'south-southwest', 'southwest', 'west-southwest', 'west', 'west-northwest', 'northwest', 'north-northwest',
];

/** @param {number} count @param {string} unit */
const counted = (count, unit) => `${count} ${unit}${count === 1 ? '' : 's'}`;

export const texts = {
  language: 'en',
  pageTitle: 'Weather',

  unnamedPlace: (/** @type {string} */ coordinates) => coordinates,
  localTime: (/** @type {string} */ time) => `${time} local time`,
  recordedAt: (/** @type {string} */ date) => `Recorded ${date}`,
  feelsLike: (/** @type {string} */ value) => `Feels like ${value}`,
  highLow: (/** @type {string} */ high, /** @type {string} */ low) => `High ${high}, low ${low}`,
  restOfToday: 'for the rest of today',
  restOfThatDay: 'for the rest of that day',
  namesakes: (/** @type {string} */ name, /** @type {number} */ count) =>
    count === 1 ? `Another place called ${name}` : `${count} other places called ${name}`,
  noCurrent: 'There is no reading for now.',

  details: 'Details',
  wind: 'Wind',
  windFrom: (/** @type {string} */ direction) => `From the ${direction}`,
  gusts: (/** @type {string} */ speed) => `gusts ${speed}`,
  gustsFirst: (/** @type {string} */ speed) => `Gusts ${speed}`,
  precipitation: 'Precipitation',
  lastHour: 'In the last hour',
  humidity: 'Humidity',
  dewPoint: (/** @type {string} */ value) => `Dew point ${value}`,
  dewPointLabel: 'Dew point',
  uv: 'UV index',
  /** Exposure categories of the WHO's Global Solar UV Index. @param {number} index */
  uvExposure(index) {
    const rounded = Math.round(index);
    if (rounded <= 2) return 'Low';
    if (rounded <= 5) return 'Moderate';
    if (rounded <= 7) return 'High';
    return rounded <= 10 ? 'Very high' : 'Extreme';
  },
  pressure: 'Pressure',
  cloud: 'Cloud cover',
  visibility: 'Visibility',
  sun: 'Sun',
  sunrise: 'Sunrise',
  sunset: 'Sunset',
  dayLength: (/** @type {string} */ length) => `${length} of daylight`,
  polarDay: 'Polar day',
  polarDayText: 'The sun does not set today',
  polarNight: 'Polar night',
  polarNightText: 'The sun does not rise today',
  hoursAndMinutes: (/** @type {number} */ hours, /** @type {number} */ minutes) => `${hours} h ${minutes} min`,

  hours: 'Next 48 hours',
  hoursOf: 'The 48 hours after the recording',
  chart: 'Hours ahead: choose one with the arrow keys',
  noHours: 'The hours ahead are missing right now.',
  table: 'Show as a table',
  tableName: 'Hours ahead, as a table',
  columns: {
    time: 'Time',
    condition: 'Weather',
    temperature: 'Temperature',
    feelsLike: 'Feels like',
    precipitation: 'Precipitation',
    probability: 'Chance',
    wind: 'Wind',
    humidity: 'Humidity',
  },
  legendTemperature: 'Temperature',
  legendPrecipitation: 'Precipitation',
  legendProbability: 'Chance of precipitation',
  probable: (/** @type {string} */ percent) => `${percent} chance of precipitation`,
  legendNight: 'Night',
  legendWind: (/** @type {string} */ unit) => `Wind (${unit})`,
  overHours: (/** @type {number} */ hours) => `in ${hours} h`,
  windShort: (/** @type {string} */ speed, /** @type {string} */ direction) =>
    direction ? `wind ${speed} from the ${direction}` : `wind ${speed}`,

  days: 'Next days',
  daysOf: 'The days after the recording',
  noDays: 'The days ahead are missing right now.',
  today: 'Today',
  restOfDay: 'rest of day',
  partOfDay: 'part of day',
  high: 'High',
  low: 'Low',

  noPlaceFound: (/** @type {string} */ text) => `No place found for “${text}”`,
  placesFound: (/** @type {number} */ count) => `${counted(count, 'place')} found`,
  searchFailed: 'The search is not answering right now. Press Enter to try the name.',
  locating: 'Finding where you are…',
  locationDenied: 'Your browser did not allow this page to know where you are. Search for a place instead.',
  locationFailed: 'Your location could not be found. Search for a place instead.',

  saved: 'Saved places',
  savedHint: 'Save a place with the star, and its weather stands here. Saved places stay in this browser.',
  save: (/** @type {string} */ name) => `Save ${name}`,
  unsave: (/** @type {string} */ name) => `Remove ${name} from the saved places`,

  theme: {
    system: 'Theme: as the system. Change to light',
    light: 'Theme: light. Change to dark',
    dark: 'Theme: dark. Change to the system’s',
  },

  loading: 'Loading the weather',
  updating: 'Updating…',
  updated: (/** @type {string} */ age) => `Updated ${age}`,
  justNow: 'just now',
  stale: (/** @type {string} */ age) => `Updated ${age}. Newer weather is not available right now.`,
  offline: (/** @type {string} */ age) => `You are offline. Updated ${age}.`,
  failedWithData: (/** @type {string} */ age, /** @type {string} */ wait) =>
    `Updated ${age}. No answer right now; trying again ${wait}.`,
  limitedWithData: (/** @type {string} */ age, /** @type {string} */ wait) =>
    `Updated ${age}. Too many requests; trying again ${wait}.`,
  sampleStatus: 'Recorded sample, not today’s weather',

  sampleTitle: 'A recorded sample, not today’s weather',
  sampleOf: (/** @type {string} */ place, /** @type {string} */ date) =>
    `This is the weather of ${place} as it was recorded on ${date}.`,
  sampleUnreachable: (/** @type {string} */ providers) =>
    `Live weather is missing because ${providers} could not be reached and no other provider is configured.`,
  sampleOnly: 'This service is set up to show only the sample.',
  sampleUnknown: 'Live weather is missing because no provider could be reached.',
  sampleAdvice: 'Do you run this service? Set OPENWEATHERMAP_API_KEY for live weather.',
  providers: { 'open-meteo': 'Open-Meteo', 'met-norway': 'MET Norway', openweathermap: 'OpenWeather' },

  notFoundTitle: 'No such place',
  invalidTitle: 'That address does not name a place',
  limitedTitle: 'Too many requests',
  unavailableTitle: 'The weather is not available right now',
  brokenTitle: 'Something went wrong',
  brokenText: 'The service has a fault of its own. It is not your doing.',
  offlineTitle: 'You are offline',
  offlineText: 'The service cannot be reached from here, and no earlier weather of this place is kept in this browser.',
  didYouMean: 'Did you mean',
  retryNow: 'Try again now',
  tryingAgain: (/** @type {string} */ wait) => `Trying again ${wait}`,
  attribution: 'Weather data from ',

  /** A wait in words. @param {number} seconds */
  wait(seconds) {
    if (seconds <= 1) return 'now';
    return seconds < 100 ? `in ${counted(seconds, 'second')}` : `in ${counted(Math.round(seconds / 60), 'minute')}`;
  },
  /** A compass direction in words. @param {number} degrees Where it comes from, clockwise from north. */
  direction: (degrees) => compass[Math.round(degrees / (360 / compass.length)) % compass.length],
  /** What is said when a place's weather has come. @type {(place: string, temperature: string, words: string) => string} */
  announce: (place, temperature, words) => `${place}: ${temperature}, ${words}`,
};
