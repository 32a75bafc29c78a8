// The show: which slide is on, the keys, full screen, going on by itself. Streamlit calls the function again at every run
// of the page; what is on stays on, and the address says which (slide=3), so that a link opens the same slide.
const ICONS = {
  back: "M15.4 7.4 14 6l-6 6 6 6 1.4-1.4L10.8 12z",
  next: "M10 6 8.6 7.4 13.2 12l-4.6 4.6L10 18l6-6z",
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zm8 0h4v14h-4z",
  full: "M7 14H5v5h5v-2H7zm-2-4h2V7h3V5H5zm12 7h-3v2h5v-5h-2zM14 5v2h3v3h2V5z",
};
// What answers to letters and arrows by itself.
const OWN_KEYS = "input, textarea, select, [contenteditable=true], [role=radiogroup], [role=radio], [role=slider], [role=listbox], [role=dialog], [role=tab], [role=grid]";
const icon = (name) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;

function inAddress() {
  return Number.parseInt(new URLSearchParams(window.location.search).get("slide"), 10);
}

function toAddress(number) {
  const url = new URL(window.location.href);
  if (url.searchParams.get("slide") === String(number)) return;
  url.searchParams.set("slide", number);
  window.history.replaceState(window.history.state, "", url);
}

export default function (component) {
  const { data, parentElement: root } = component;
  const show = root.querySelector(".show");
  const stage = root.querySelector(".stage");
  const at = (name) => root.querySelector(`[data-do=${name}]`);
  const frames = data.slides.map((slide) => {
    const frame = document.createElement("div");
    frame.className = "frame";
    frame.innerHTML = slide;
    return frame;
  });
  const style = root.querySelector("style.slides");
  if (style.textContent !== data.css) style.textContent = data.css;
  stage.replaceChildren(...frames);
  stage.setAttribute("aria-label", data.words.stage);
  stage.setAttribute("aria-roledescription", data.words.slides);
  root.querySelector(".every").textContent = data.words.every;
  const every = at("every");
  const chosen = every.value || "20";
  every.replaceChildren(...data.seconds.map((seconds, i) => new Option(data.words.seconds[i], seconds)));
  every.value = chosen;

  let number = Math.min(Math.max(Number(show.dataset.number) || inAddress() || 1, 1), frames.length);
  let timer = null;

  function name(button, icons, words) {
    button.innerHTML = icon(icons);
    button.setAttribute("aria-label", words);
    button.title = words;
  }

  function plan() {
    window.clearTimeout(timer);
    timer = null;
    if (show.dataset.going !== "yes") return;
    timer = window.setTimeout(() => {
      if (number < frames.length) go(number + 1);
      if (number === frames.length) going(false);
    }, Number(every.value) * 1000);
  }

  function going(on) {
    show.dataset.going = on ? "yes" : "no";
    name(at("play"), on ? "pause" : "play", on ? data.words.pause : data.words.play);
    // While slides change by themselves, a screen reader is left to finish its sentence.
    at("number").setAttribute("aria-live", on ? "off" : "polite");
    plan();
  }

  function go(to) {
    number = Math.min(Math.max(to, 1), frames.length);
    show.dataset.number = number;
    frames.forEach((frame, i) => { frame.hidden = i !== number - 1; });
    at("number").textContent = `${number} / ${frames.length}`;
    at("back").disabled = number === 1;
    at("next").disabled = number === frames.length;
    toAddress(number);
    plan();
  }

  const isFull = () => root.fullscreenElement === show || show.classList.contains("full");

  function leave() {
    show.classList.remove("full");
    tell();
    if (document.fullscreenElement) document.exitFullscreen();
  }

  function enter() {
    // Where a browser refuses (a locked-down one, a frame), the show fills the window instead.
    const asked = show.requestFullscreen ? show.requestFullscreen() : Promise.reject();
    asked.catch(() => { show.classList.add("full"); tell(); }).finally(() => stage.focus({ preventScroll: true }));
  }

  const keys = {
    ArrowRight: () => go(number + 1),
    ArrowLeft: () => go(number - 1),
    PageDown: () => go(number + 1),
    PageUp: () => go(number - 1),
    " ": () => go(number + 1),
    Home: () => go(1),
    End: () => go(frames.length),
    Escape: () => leave(),
    f: () => (isFull() ? leave() : enter()),
    F: () => (isFull() ? leave() : enter()),
  };
  // What scrolls a page or is written in a field belongs to the show only while the show has the focus.
  const anywhere = new Set(["ArrowRight", "ArrowLeft", "f", "F"]);

  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || !keys[event.key]) return;
    const target = event.composedPath()[0];
    const inside = event.composedPath().includes(show) || isFull();
    const tag = target.tagName || "";
    if (tag === "SELECT" || (event.key === " " && tag === "BUTTON")) return;
    if (!inside && (target.closest?.(OWN_KEYS) || !anywhere.has(event.key))) return;
    if (event.key === "Escape" && !isFull()) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }

  let still = null;
  function moved() {
    show.classList.add("moving");
    window.clearTimeout(still);
    still = window.setTimeout(() => show.classList.remove("moving"), 2500);
  }

  name(at("back"), "back", data.words.back);
  name(at("next"), "next", data.words.next);
  const tell = () => { at("full").innerHTML = `${icon("full")} ${isFull() ? data.words.leave_html : data.words.full_html}`; };
  show.onfullscreenchange = tell;
  tell();
  at("back").onclick = () => go(number - 1);
  at("next").onclick = () => go(number + 1);
  at("play").onclick = () => going(show.dataset.going !== "yes");
  at("full").onclick = () => (isFull() ? leave() : enter());
  every.onchange = plan;
  show.onmousemove = moved;
  stage.onclick = () => { if (isFull()) go(number + 1); };
  document.addEventListener("keydown", pressed, true);
  // A run of the page writes the whole address anew, with the slide that was on when the server last heard of one.
  const written = (event) => { if (event.navigationType !== "traverse") toAddress(number); };
  window.navigation?.addEventListener("currententrychange", written);
  go(number);
  going(show.dataset.going === "yes");

  return () => {
    window.clearTimeout(timer);
    window.clearTimeout(still);
    document.removeEventListener("keydown", pressed, true);
    window.navigation?.removeEventListener("currententrychange", written);
  };
}
