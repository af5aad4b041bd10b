/** What the page says about the details of the reading, in English. */

export const detailTexts = {
  wind: 'Wind',
  windFrom: (/** @type {string} */ direction) => `From the ${direction}`,
  /** @param {number} force Beaufort, as the World Meteorological Organization names them. */
  windForce: (force) => [
    'Calm', 'Light air', 'Light breeze', 'Gentle breeze', 'Moderate breeze', 'Fresh breeze', 'Strong breeze', 'Near gale',
    'Gale', 'Strong gale', 'Storm', 'Violent storm', 'Hurricane force',
  ][force],
  precipitation: 'Precipitation',
  lastHour: 'In the last hour',
  next24Hours: 'In the next 24 hours',
  amountNext24Hours: (/** @type {string} */ amount) => `${amount} in the next 24 hours`,
  humidity: 'Humidity',
  dewPoint: (/** @type {string} */ value, /** @type {string} */ words) => `Dew point ${value}, ${words}`,
  dewPointLabel: 'Dew point',
  /** How humid air feels by its dew point, °C (US National Weather Service: up to 55 °F dry, from 65 °F oppressive). @param {number} celsius */
  dewPointWords(celsius) {
    if (celsius < 12.8) return 'dry and comfortable';
    return celsius < 18.3 ? 'slightly sticky' : 'oppressive';
  },
  uv: 'UV index',
  uvUntil: (/** @type {string} */ exposure, /** @type {string} */ time) => `${exposure}; use sun protection until ${time}`,
  uvLater: (/** @type {string} */ exposure, /** @type {string} */ most, /** @type {string} */ time) => `${exposure}; rises to ${most} at ${time}`,
  uvNextDay: (/** @type {string} */ most, /** @type {string} */ day) => `Up to ${most} on ${day}`,
  pressure: 'Pressure',
  /** Change in three hours, as the shipping forecasts of the UK Met Office name it. @param {number} change hPa */
  pressureTrend(change) {
    const size = Math.abs(change);
    if (size < 0.5) return 'Steady over the next 3 hours';
    const verb = change > 0 ? 'Rising' : 'Falling';
    if (size <= 1.5) return `${verb} slowly over the next 3 hours`;
    if (size <= 3.5) return `${verb} over the next 3 hours`;
    return `${verb} ${size <= 6 ? 'quickly' : 'very rapidly'} over the next 3 hours`;
  },
  cloud: 'Cloud cover',
  /** By eighths of the sky, as forecasts name them. @param {number} percent */
  cloudWords(percent) {
    if (percent < 12.5) return 'Clear sky';
    if (percent < 37.5) return 'Mostly clear';
    if (percent < 62.5) return 'Partly cloudy';
    return percent < 87.5 ? 'Mostly cloudy' : 'Overcast';
  },
  visibility: 'Visibility',
  /** Categories of the UK Met Office. @param {number} metres */
  visibilityWords(metres) {
    if (metres < 1000) return 'Very poor';
    if (metres < 4000) return 'Poor';
    if (metres < 10_000) return 'Moderate';
    if (metres < 20_000) return 'Good';
    return metres < 40_000 ? 'Very good' : 'Excellent';
  },
  sun: 'Sun',
  sunrise: 'Sunrise',
  sunset: 'Sunset',
  dayLength: (/** @type {string} */ length) => `${length} of daylight`,
  polarDay: 'Polar day',
  polarDayText: 'The sun does not set today',
  polarNight: 'Polar night',
  polarNightText: 'The sun does not rise today',
  /** Exposure categories of the WHO's Global Solar UV Index. @param {number} index */
  uvExposure(index) {
    const rounded = Math.round(index);
    if (rounded <= 2) return 'Low';
    if (rounded <= 5) return 'Moderate';
    if (rounded <= 7) return 'High';
    return rounded <= 10 ? 'Very high' : 'Extreme';
  },
};
