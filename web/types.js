/** The types that modules share. No browser loads this file. */

/**
 * @typedef {import('./openapi').components['schemas']} Schemas
 * @typedef {Schemas['Place']} Place
 * @typedef {Schemas['FoundPlace']} FoundPlace
 * @typedef {Schemas['Current']} Current
 * @typedef {Schemas['Hour']} Hour
 * @typedef {Schemas['Day']} Day
 * @typedef {Schemas['Outlook']} Outlook
 * @typedef {Schemas['Weather']} Weather
 * @typedef {Schemas['Forecast']} Forecast
 * The weather of a place, in metric units. `freshUntil`: ms since the epoch. `providers`: with the recorded sample, those
 * that are configured besides it, where that is known.
 * @typedef {{weather: Weather, forecast: Forecast | null, freshUntil: number, providers?: string[] | null}} Answer
 */

/**
 * Which place is requested: a name, or coordinates, or nothing (the service's own default). Coordinates stay the text
 * that they were in the address, so that a bad one gets the service's own answer.
 * @typedef {{city?: string, lat?: string, lon?: string}} PlaceRequest
 */

/**
 * @typedef {{temperature: 'C' | 'F', wind: 'm/s' | 'km/h' | 'mph' | 'kn' | 'Bft', pressure: 'hPa' | 'inHg' | 'mmHg',
 *   precipitation: 'mm' | 'in', distance: 'km' | 'mi'}} Units
 */

/**
 * @typedef {import('./api.js').ApiError} ApiError
 * `answer`: what is shown; `isPreviousPlace`: it is still that of the previous place, and `pendingName` names the next
 * one if that takes long. `error`: why there is nothing newer, or nothing at all. `isBusy`: newer weather is on its way.
 * `isBuilding`: the first answer is being built behind the skeleton.
 * @typedef {{request: PlaceRequest, answer: Answer | null, isPreviousPlace: boolean, pendingName: string | null,
 *   error: ApiError | null, isBusy: boolean, isBuilding: boolean, units: Units}} State
 * What the parts of the page show. `now`: ms since the epoch; a sample's clock is its recording's. `today`: the calendar
 * day there.
 * @typedef {{weather: Weather, forecast: Forecast | null, providers: string[] | null,
 *   request: PlaceRequest, units: Units,
 *   timezone: string, now: number, today: string, isSample: boolean, isOld: boolean}} View
 */

export {};
