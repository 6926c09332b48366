// One stream of events for all tabs of a browser, which allows a host six connections. It tells every tab the last
// state, which addresses are shown in tabs, and when the server is away.

const SOONEST = 250; // milliseconds until a lost server is asked for again
const LATEST = 2000;

const tabs = new Map(); // port: the path that its tab shows
let state = null;
let isLost = false;
let delay = SOONEST;

const message = () => ({ state, isLost, shown: [...new Set(tabs.values())] });

function tell() {
  for (const port of tabs.keys()) port.postMessage(message());
}

function lose() {
  if (!isLost) {
    isLost = true;
    tell();
  }
}

function listen() {
  const stream = new EventSource("/@sitegen/events");
  stream.addEventListener("edition", ({ data }) => {
    state = JSON.parse(data);
    isLost = false;
    delay = SOONEST;
    tell();
  });
  stream.addEventListener("error", () => {
    // A browser's own patience grows without bound: a server that was started again is to be seen at once.
    stream.close();
    lose();
    setTimeout(listen, delay);
    delay = Math.min(2 * delay, LATEST);
  });
}

addEventListener("connect", ({ ports: [port] }) => {
  port.addEventListener("message", ({ data }) => {
    if (data.path === undefined) {
      tabs.delete(port);
      return;
    }
    tabs.set(port, data.path);
    if (state || isLost) port.postMessage(message());
  });
  port.start();
});

listen();
