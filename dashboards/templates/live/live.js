(() => {
  const EVERY_MS = 1000; // while a search runs
  const IDLE_MS = 2000;
  const LONGEST_MS = 15000;
  const TYPING_MS = 250;
  const PATIENCE = 2; // a server that takes a second for an answer is left alone for two
  const body = document.body;

  // Figures: they come in light colours, each of which has one in the dark.

  const toDark = new Map(Object.entries(JSON.parse(body.dataset.toDark)));
  const texts = new Map(); // JSON by place
  const cost = () => document.querySelector("input[name=cost]:checked")?.value;
  const places = () => [...document.querySelectorAll("[data-figure]")];

  function address(place) {
    const owner = place.closest("[data-figures]");
    const name = place.dataset.figure === "front" ? cost() : place.dataset.figure;
    if (!name) return null;
    const base = owner ? owner.dataset.figures : body.dataset.poll.replace(/live$/, "figures");
    return `${base}/${name}${owner ? `?${owner.dataset.query}` : ""}`;
  }

  async function fetchFigure(place) {
    const from = address(place);
    if (!from) return;
    const answer = await fetch(from);
    if (!answer.ok) return;
    texts.set(place, await answer.text());
    draw(place);
  }

  function fileName(place) {
    const study = document.querySelector("h1")?.firstChild.textContent.trim() ?? "studies";
    return [study, place.dataset.figure, place.dataset.figure === "front" ? cost() : ""].filter(Boolean).join("-");
  }

  function draw(place) {
    const text = texts.get(place);
    if (!text || !window.Plotly) return;
    const colors = page.isDark() ? toDark : new Map();
    const figure = JSON.parse(text, (_, value) => colors.get(value) ?? value);
    const isSmall = matchMedia("(pointer: coarse), (max-width: 600px)").matches;
    if (isSmall) figure.layout.dragmode = false; // a finger scrolls the page
    const isNew = !place.data;
    Plotly.react(place, figure.data, { ...figure.layout, autosize: true }, {
      responsive: true, displaylogo: false, displayModeBar: isSmall ? false : "hover",
      showSendToCloud: false, plotlyServerURL: "", toImageButtonOptions: { filename: fileName(place) },
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
    });
    if (isNew) place.on("plotly_click", open);
  }

  function open(event) {
    const data = event.points[0].customdata;
    if (data === undefined || data === null) return;
    const study = body.dataset.poll?.replace(/\/live$/, "");
    location.href = Array.isArray(data) ? `/studies/${data[0]}/trials/${data[1]}` : `${study}/trials/${data}`;
  }

  const drawAll = () => places().forEach(draw);

  function updateFigures(names) {
    for (const place of places()) {
      const isThere = place.dataset.figure === "front" ? Boolean(cost()) : names.includes(place.dataset.figure);
      place.closest("figure").classList.toggle("is-empty", !isThere);
      if (isThere) fetchFigure(place);
    }
  }

  // Parts of the page

  function replace(name, html) {
    const part = document.querySelector(`[data-part="${name}"]`);
    if (!part || part.dataset.html === html) return;
    const chosen = [...part.querySelectorAll("input:checked")].map((input) => [input.name, input.value]);
    const before = new Set([...part.querySelectorAll("tr[id]")].map((row) => row.id));
    const focused = part.contains(document.activeElement) ? selector(document.activeElement) : null;
    const isFirst = part.dataset.html === undefined;
    part.innerHTML = html;
    part.dataset.html = html;
    for (const [input, value] of chosen) {
      const same = part.querySelector(`input[name="${input}"][value="${CSS.escape(value)}"]`);
      if (same) same.checked = true;
    }
    if (!isFirst) part.querySelectorAll("tr[id]").forEach((row) => row.classList.toggle("is-new", !before.has(row.id)));
    if (focused) part.querySelector(focused)?.focus();
    prepare(part);
  }

  function selector(element) {
    if (element.id) return `#${CSS.escape(element.id)}`;
    if (element.name) return `[name="${element.name}"][value="${CSS.escape(element.value)}"]`;
    return element.getAttribute("href") ? `[href="${CSS.escape(element.getAttribute("href"))}"]` : element.tagName;
  }

  function prepare(part) {
    page.showCopy(part);
    page.showLocalTimes(part);
    part.querySelectorAll("[data-stop]").forEach((button) => { button.hidden = false; });
    tick();
    picked();
  }

  function picked() {
    for (const button of document.querySelectorAll("[data-needs]")) {
      const count = document.querySelectorAll(`input[name="${button.dataset.picks}"]:checked`).length;
      button.disabled = count < Number(button.dataset.needs) || count > 6;
    }
  }

  function tick() {
    for (const time of document.querySelectorAll("time[data-since]")) {
      const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time.dataset.since)) / 1000));
      time.textContent = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
    }
  }

  // What is new is asked for, rarer where nothing runs, where the server is busy, or nobody looks.

  let version = null;
  let timer = null;

  function offline(text) {
    const notice = document.getElementById("offline");
    notice.textContent = text;
    notice.hidden = !text;
  }

  const trouble = (status) => status === 503
    ? "The dashboard is busy; this page asks again." : `The dashboard answers ${status}: load the page again.`;

  async function poll() {
    clearTimeout(timer);
    if (document.hidden) return;
    const start = performance.now();
    let wait = IDLE_MS;
    try {
      const headers = version ? { "If-None-Match": version } : {};
      const answer = await fetch(body.dataset.poll, { headers, cache: "no-store" });
      if (answer.status === 200) wait = await show(answer);
      else if (answer.status === 304) wait = body.dataset.runs ? EVERY_MS : IDLE_MS;
      offline(answer.ok || answer.status === 304 ? "" : trouble(answer.status));
    } catch {
      offline("The dashboard does not answer: is nas dashboard still running? This page goes on by itself when it does.");
    }
    const took = performance.now() - start;
    timer = setTimeout(poll, Math.max(wait - took, Math.min(PATIENCE * took, LONGEST_MS)));
  }

  async function show(answer) {
    const said = await answer.json();
    version = answer.headers.get("ETag");
    for (const [name, html] of Object.entries(said.parts)) replace(name, html);
    updateFigures(said.figures);
    if (said.runs) body.dataset.runs = "true";
    else delete body.dataset.runs;
    return said.runs ? EVERY_MS : IDLE_MS;
  }

  // What people do

  document.addEventListener("change", (event) => {
    if (event.target.name === "cost") places().filter((place) => place.dataset.figure === "front").forEach(fetchFigure);
    picked();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && body.dataset.poll) poll(); });

  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-stop]");
    if (asked) askToStop(asked.dataset.stop);
  });

  function askToStop(address) {
    const dialog = document.getElementById("stop");
    sayOfStop("");
    dialog.returnValue = "no";
    dialog.showModal();
    dialog.onclose = () => { if (dialog.returnValue === "yes") stop(dialog, address); };
  }

  async function stop(dialog, address) {
    let reason = "The dashboard does not answer.";
    try {
      const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
      if (answer.ok) return poll();
      reason = (await answer.json()).reason;
    } catch { /* told below */ }
    dialog.showModal();
    sayOfStop(`It was not stopped: ${reason}`);
  }

  function sayOfStop(text) {
    const said = document.getElementById("stop-said");
    said.textContent = text;
    said.hidden = !text;
  }

  // The table of all trials: what is typed takes effect at once, and stands in the address.

  const filter = document.querySelector("form[data-filter]");
  let typing = null;
  filter?.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(applyFilter, TYPING_MS); });
  filter?.addEventListener("submit", (event) => { event.preventDefault(); applyFilter(); });

  function applyFilter() {
    clearTimeout(typing);
    const query = new URLSearchParams(new FormData(filter));
    if (!query.get("q")) query.delete("q");
    if (!query.get("state")) query.delete("state");
    history.replaceState(null, "", `${filter.dataset.filter}?${query}`);
    body.dataset.poll = `${filter.dataset.filter}/live?${query}`;
    version = null;
    poll();
  }

  addEventListener("load", drawAll); // Plotly may come after the figures

  page.themeButton(drawAll);
  prepare(document);
  setInterval(tick, 1000);
  if (body.dataset.poll) poll();
  else places().forEach(fetchFigure);
})();
