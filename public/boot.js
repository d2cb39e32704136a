// Starts the app and stands beside it: shows why it could not start, shows a
// crash, and passes word between the page and the service worker.
//
// Events on window. From the app: `baodao:ready` once it is mounted,
// `baodao:crash` (detail: the message) when it panics, `baodao:apply-update` when
// the person chose the new version, `baodao:request-flush` to be woken for a
// flush when the network is back, `baodao:keep-later` to keep the later parts of
// the program for use without a network. To the app: `baodao:update` when a new version
// waits, `baodao:flush` when the worker asks for a flush.

const NEW_WORKER_CHECK_MS = 60 * 60 * 1000;

const shell = document.getElementById("shell");
let mounted = false;
let updateWaits = false;

function tell(name) {
  window.dispatchEvent(new Event(name));
}

function showProblem(id) {
  if (mounted) return;
  document.getElementById("shell-loading").hidden = true;
  document.getElementById(id).hidden = false;
}

function showCrash(detail) {
  const crash = document.getElementById("crash");
  if (!crash.hidden) return;
  document.getElementById("crash-detail").textContent = `${detail}\n${navigator.userAgent}`;
  crash.hidden = false;
  document.getElementById("crash-title").focus();
}

function announceUpdate() {
  updateWaits = true;
  if (mounted) tell("baodao:update");
}

window.addEventListener("baodao:ready", () => {
  mounted = true;
  shell.remove();
  if (updateWaits) tell("baodao:update");
});

window.addEventListener("baodao:crash", (event) => showCrash(String(event.detail)));

for (const button of document.querySelectorAll("[data-reload]")) {
  button.addEventListener("click", () => location.reload());
}

async function start() {
  const able = typeof WebAssembly === "object" && "indexedDB" in window && "CSSLayerBlockRule" in window;
  if (!able) {
    showProblem("shell-old");
    return;
  }
  try {
    const { default: init } = await import("{{script}}");
    await init({ module_or_path: "{{wasm}}" });
  } catch (error) {
    console.error(error);
    const tooOld = error instanceof WebAssembly.CompileError || error instanceof SyntaxError;
    showProblem(tooOld ? "shell-old" : "shell-unreachable");
  }
}

async function watchWorker(started) {
  const workers = navigator.serviceWorker;

  let applying = false;
  window.addEventListener("baodao:apply-update", async () => {
    const waiting = (await workers?.getRegistration())?.waiting;
    if (!waiting) {
      location.reload();
      return;
    }
    applying = true;
    waiting.addEventListener("statechange", () => {
      if (waiting.state === "activated") location.reload();
    });
    waiting.postMessage("skip-waiting");
  });
  if (!workers) return;

  // The first worker of all takes the page over too, which is no update; but a
  // worker that another page let in is one: this page's files may be gone.
  let controlled = Boolean(workers.controller);
  workers.addEventListener("controllerchange", () => {
    if (controlled && !applying) announceUpdate();
    controlled = true;
  });
  workers.addEventListener("message", (event) => {
    if (event.data?.type === "flush") tell("baodao:flush");
  });
  window.addEventListener("baodao:keep-later", async () => {
    (await workers.ready).active.postMessage("keep-later");
  });

  // The worker keeps what the page has fetched; beside it, it would fetch everything a second time.
  await started;
  try {
    const registration = await workers.register("/sw.js", { updateViaCache: "none" });
    const watch = (worker) => {
      worker?.addEventListener("statechange", () => {
        if (worker.state === "installed" && workers.controller) announceUpdate();
      });
    };
    if (registration.waiting && workers.controller) announceUpdate();
    watch(registration.installing);
    registration.addEventListener("updatefound", () => watch(registration.installing));

    let checkedAt = Date.now();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible" || Date.now() - checkedAt < NEW_WORKER_CHECK_MS) return;
      checkedAt = Date.now();
      registration.update().catch(() => {});
    });
    window.addEventListener("baodao:request-flush", () => {
      registration.sync?.register("flush").catch(() => {});
    });
  } catch (error) {
    // Web views without workers still work; only a cold start then needs the network.
    console.warn(error);
  }
}

watchWorker(start());
