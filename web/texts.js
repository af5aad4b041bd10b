/**
 * What the page says, in English; the texts of parts that are loaded later are in `texts-dangers.js`,
 * `texts-details.js` and `texts-more.js`. Another language takes other modules of this shape.
 */

const compass = [
  'north', 'north-northeast', 'northeast', 'east-northeast', 'east', 'east-southeast', 'southeast', 'south-southeast',
  'south', 'south-southwest', 'southwest', 'west-southwest', 'west', 'west-northwest', 'northwest', 'north-northwest',
];

/** @param {number} count @param {string} unit */
export const counted = (count, unit) => `${count} ${unit}${count === 1 ? '' : 's'}`;

export const texts = {
  language: 'en',
  pageTitle: 'Weather',

  recordedAt: (/** @type {string} */ date) => `Recorded ${date}`,
  /** The clock of a place in another zone. @param {string} time @param {number} hours How far it is ahead of the reader's. */
  clockThere(time, hours) {
    const difference = `${Math.floor(Math.abs(hours))}${hours % 1 ? (Math.abs(hours % 1) === 0.5 ? '½' : '¾') : ''} h`;
    return `${time} there, ${difference} ${hours > 0 ? 'ahead' : 'behind'}`;
  },
  feelsLike: (/** @type {string} */ value) => `Feels like ${value}`,
  colderForWind: (/** @type {string} */ value) => `Feels like ${value}, colder because of the wind`,
  warmerForHumidity: (/** @type {string} */ value) => `Feels like ${value}, warmer because of the humidity`,
  high: 'High',
  low: 'Low',
  highLow: (/** @type {string} */ high, /** @type {string} */ low) => `High ${high}, low ${low}`,
  restOfToday: 'from now',
  namesakes: (/** @type {string} */ name) => `Other places called ${name}`,
  allNamesakes: (/** @type {string} */ name) => `All places called ${name}`,
  readingAt: (/** @type {string} */ time) => `At ${time}`,

  /** What falls, and when. */
  outlook: {
    kinds: {
      dry: 'Dry', rain: 'Rain', freezing_rain: 'Freezing rain', sleet: 'Sleet', snow: 'Snow', thunderstorm: 'Thunderstorms',
    },
    dry: (/** @type {number} */ hours) => `Dry for the next ${hours === 1 ? 'hour' : `${hours} hours`}`,
    on: (/** @type {string} */ what, /** @type {number} */ hours) => `${what} for the next ${hours === 1 ? 'hour' : `${hours} hours`}`,
    until: (/** @type {string} */ what, /** @type {string} */ time) => `${what} until ${time}`,
    from: (/** @type {string} */ what, /** @type {string} */ time) => `${what} from ${time}`,
    fromUntil: (/** @type {string} */ what, /** @type {string} */ from, /** @type {string} */ until) => `${what} from ${from} to ${until}`,
    again: (/** @type {string} */ what, /** @type {string} */ time) => `${what}, again from ${time}`,
    now: (/** @type {string} */ what) => `${what} now`,
    more: (/** @type {string} */ what, /** @type {string} */ time) => `${what} now, more from ${time}`,
    turning: (/** @type {string} */ what, /** @type {string} */ next, /** @type {string} */ time) => `${what} now, ${next.toLowerCase()} from ${time}`,
  },
  at: (/** @type {string} */ time) => time,
  tomorrowAt: (/** @type {string} */ time) => `${time} tomorrow`,
  dayAt: (/** @type {string} */ time, /** @type {string} */ day) => `${time} on ${day}`,

  gusts: (/** @type {string} */ speed) => `gusts ${speed}`,
  hoursAndMinutes: (/** @type {number} */ hours, /** @type {number} */ minutes) => `${hours} h ${minutes} min`,

  hours: 'Hourly forecast',
  hoursOf: 'The 48 hours after the recording',
  chart: 'Hourly forecast. Use the arrow keys.',
  strip: 'Hourly forecast, scrolls sideways',
  now: 'Now',
  noHours: 'The hourly forecast is unavailable right now.',
  showTable: 'Show as a table',
  table: 'Hourly forecast as a table',
  legendTemperature: 'Temperature',
  legendPrecipitation: (/** @type {string} */ unit) => `Precipitation (${unit})`,
  legendProbability: 'Chance of precipitation',
  probable: (/** @type {string} */ percent) => `${percent} chance of precipitation`,
  legendNight: 'Night',
  legendWind: (/** @type {string} */ unit) => `Wind (${unit === 'Bft' ? 'Beaufort' : unit})`,
  overHours: (/** @type {string} */ amount, /** @type {number} */ hours) => `${amount} in ${hours} h`,
  windShort: (/** @type {string} */ speed, /** @type {string} */ direction) =>
    direction ? `wind ${speed} from the ${direction}` : `wind ${speed}`,

  days: (/** @type {number} */ count) => (count > 0 ? `${count}-day forecast` : 'Daily forecast'),
  daysOf: 'The days after the recording',
  noDays: 'The daily forecast is unavailable right now.',
  today: 'Today',
  save: (/** @type {string} */ name) => `Save ${name}`,
  settings: 'Settings',
  share: 'Share',
  copied: 'The link was copied.',
  refresh: 'Update now',

  updating: 'Updating…',
  updated: (/** @type {string} */ age) => `Updated ${age}`,
  justNow: 'just now',
  ago: (/** @type {number} */ count, /** @type {string} */ unit) => `${counted(count, unit)} ago`,
  stale: (/** @type {string} */ age) => `Updated ${age}. We couldn’t get anything newer.`,
  offline: (/** @type {string} */ age) => `You are offline. Updated ${age}.`,
  failedWithData: (/** @type {string} */ age, /** @type {string} */ wait) => `Updated ${age}. No answer right now; trying again ${wait}.`,
  limitedWithData: (/** @type {string} */ age, /** @type {string} */ wait) => `Updated ${age}. Too many requests; trying again ${wait}.`,
  sampleStatus: 'Recorded sample, not today’s weather',

  notFoundTitle: (/** @type {string} */ name) => `We couldn’t find “${name}”`,
  notFoundAdvice: 'Check the spelling, or add a region or a country after a comma.',
  invalidAddress: 'Search for a place, or start from the first page.',
  invalidTitle: 'This link doesn’t point to a place',
  invalidText: 'Search for a place instead.',
  invalidBoth: 'A link has either a name or coordinates, not both. Search for a place instead.',
  invalidCoordinates: 'A latitude is a number from −90 to 90, and a longitude one from −180 to 180. Search for a place instead.',
  limitedTitle: 'Too many requests from your network',
  limitedText: 'Please wait a minute. This page will try again on its own.',
  unavailableTitle: 'The weather is not available right now',
  unavailableText: 'None of the weather services is responding.',
  brokenTitle: 'Something broke on our side',
  brokenText: 'Please try again.',
  offlineTitle: 'You are offline',
  offlineText: 'The weather for this place is not stored in this browser.',
  cachedTitle: 'Places stored in this browser:',
  recentTitle: 'Places you viewed recently:',
  cachedAge: (/** @type {string} */ age) => `updated ${age}`,
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
  loading: (/** @type {string} */ name) => `Loading the weather for ${name}`,
  /** What is announced when a place's weather has arrived. */
  announce: (/** @type {string} */ place, /** @type {string} */ temperature, /** @type {string} */ words) => `${place}: ${temperature}, ${words}`,
};
