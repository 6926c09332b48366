// What the server tells, whichever way it comes: through the worker that all tabs share, or, where a browser has none,
// through a stream of its own for as long as the tab is seen.

const PATIENCE = 800; // milliseconds that a server may be away before anybody is told

/** Call `tell({ state, isLost, shown })` at every state of the server; `shown` are the paths in tabs. */
export function listen(tell) {
  let silence;
  const hear = (message) => {
    clearTimeout(silence);
    if (message.isLost) silence = setTimeout(() => tell(message), PATIENCE);
    else tell(message);
  };
  if (!globalThis.SharedWorker) {
    alone(hear);
    return;
  }
  let port;
  const connect = () => {
    const worker = new SharedWorker("/@sitegen/worker.js", { name: "sitegen preview" });
    // A worker cannot be had while the server is away, but a page can: from the browser's history.
    worker.addEventListener("error", () => setTimeout(connect, PATIENCE));
    port = worker.port;
    port.addEventListener("message", ({ data }) => hear(data));
    port.start();
    port.postMessage({ path: location.pathname });
  };
  connect();
  addEventListener("pagehide", () => {
    clearTimeout(silence);
    port.postMessage({});
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) port.postMessage({ path: location.pathname });
  });
}

function alone(hear) {
  let stream;
  let again;
  const open = () => {
    stream = new EventSource("/@sitegen/events");
    stream.addEventListener("edition", ({ data }) => {
      hear({ state: JSON.parse(data), isLost: false, shown: [location.pathname] });
    });
    stream.addEventListener("error", () => {
      stream.close();
      hear({ state: null, isLost: true, shown: [] });
      again = setTimeout(open, PATIENCE);
    });
  };
  const close = () => {
    clearTimeout(again);
    stream?.close();
  };
  const attend = () => {
    close();
    if (!document.hidden) open();
  };
  document.addEventListener("visibilitychange", attend);
  addEventListener("pagehide", close);
  attend();
}
