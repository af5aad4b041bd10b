// Runs MagicMirror's own weather providers against the program; only `apiBase` is set, as its manual says.
//
//   node magicmirror.js FOLDER URL     FOLDER has the package `magicmirror` as npm unpacked it, with its dependencies

const Module = require("node:module");
const path = require("node:path");

const [folder, url] = process.argv.slice(2);
const logger = { log() {}, info() {}, debug() {}, warn() {}, error: console.error };
const resolve = Module._resolveFilename;
// MagicMirror puts its logger on the path when it starts, which does not happen here.
Module._resolveFilename = (request, ...rest) => (request === "logger" ? "logger" : resolve(request, ...rest));
require.cache.logger = { id: "logger", filename: "logger", loaded: true, exports: logger };
global.version = "test";

const providers = path.join(folder, "defaultmodules/weather/providers");
const views = [
  ["openmeteo", { apiBase: `${url}/v1` }, ["current", "hourly", "daily"]],
  ["pirateweather", { apiBase: url, apiKey: "any" }, ["current", "hourly", "daily"]],
  ["openweathermap", { apiBase: `${url}/data/`, apiKey: "any" }, ["current", "hourly", "daily"]],
];

function view(name, config, type) {
  const Provider = require(path.join(providers, `${name}.js`));
  const provider = new Provider({ lat: 51.51, lon: -0.13, type, ...config });
  return new Promise((done, failed) => {
    const late = setTimeout(() => failed(new Error("no data in 20 s")), 20_000);
    const end = (settle) => (value) => {
      clearTimeout(late);
      provider.stop();
      settle(value);
    };
    provider.setCallbacks(end(done), end((error) => failed(new Error(JSON.stringify(error)))));
    Promise.resolve(provider.initialize()).then(() => provider.start());
  });
}

// Its Open-Meteo view asks another service for the name of the place, which a test must not do.
const fetch_ = global.fetch;
global.fetch = (target, ...rest) =>
  String(target).startsWith(url) ? fetch_(target, ...rest) : Promise.reject(new Error("not asked in a test"));

(async () => {
  const { current } = await (await fetch_(`${url}/api/weather?lat=51.51&lon=-0.13`)).json();
  for (const [name, config, types] of views) {
    for (const type of types) {
      let problem = "";
      try {
        const data = await view(name, config, type);
        const list = [data].flat();
        const wrong = list.filter((it) => !Number.isFinite(type === "daily" ? it.maxTemperature : it.temperature));
        const good = list.length - wrong.length;
        if (good < (type === "current" ? 1 : 3)) {
          problem = `${good} of ${list.length} entries have a temperature`;
        }
        if (type === "current" && !(Math.abs(data.temperature - current.temperature) < 0.02)) {
          problem = `${data.temperature} instead of ${current.temperature} °C`;
        }
      } catch (error) {
        problem = error.message;
      }
      console.log(`${problem ? "FAILED" : "ok"} magicmirror ${name} ${type} ${problem}`);
    }
  }
  process.exit(0);
})();
