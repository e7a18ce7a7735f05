(() => {
  const PAPER = { width: 680, height: 330 };
  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  const place = (name) => document.querySelector(`[data-figure="${name}"]`);

  // What the page knows. It comes packed; figures in light colours, hover texts beside them once.

  let data, cards;
  const chosen = {}; // cost on the axis, what progress is drawn against, cost held equal
  const budgets = {}; // by cost, in base units; null where any will do
  let isLog = true;

  async function unpack(id) {
    const packed = Uint8Array.from(atob($(id).textContent), (character) => character.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  async function load() {
    data = JSON.parse(await unpack("figures"));
    const script = document.createElement("script");
    script.textContent = await unpack("plotly");
    document.head.append(script);
  }

  // Figures

  const hasWebGL = (() => {
    let answer;
    return () => answer ??= Boolean(document.createElement("canvas").getContext("webgl"));
  })();

  function figureIn(name, dark) { // its colours are whole texts, such as "#ffffff"
    const text = data.figures[name];
    if (!dark) return JSON.parse(text);
    const colors = JSON.parse($("to-dark").textContent);
    return JSON.parse(text.replace(/"#[0-9a-f]{6}"/g, (found) => `"${colors[found.slice(1, -1)] ?? found.slice(1, -1)}"`));
  }

  function traceWithHover(trace) {
    if (trace.customdata && !trace.hovertext) trace.hovertext = trace.customdata.map((number) => data.hover[number] ?? "");
    if (trace.type === "scattergl" && !hasWebGL()) trace.type = "scatter";
    return trace;
  }

  function frontFigure(front) {
    const axis = front.axes[chosen.axis];
    if (!axis) return front;
    const layout = { ...front.layout, ...axis.layout };
    if (!isLog && layout.xaxis.type === "log") {
      const [low, high] = layout.xaxis.range.map((end) => 10 ** end);
      layout.xaxis = { ...layout.xaxis, type: "linear", range: [Math.min(0, low), high], nticks: 7 };
      layout.annotations = layout.annotations.map((note) => note.xref === "paper" ? note : { ...note, x: 10 ** note.x });
    }
    return { layout, data: front.data.map((trace, i) => ({ ...trace, x: axis.x[i] })) };
  }

  function figure(name, dark) {
    const found = figureIn(name, dark);
    if (name === "front") return frontFigure(found);
    return name in chosen ? found[chosen[name]] : found;
  }

  function drawOne(name, dark, size) {
    const { data: traces, layout: laidOut } = figure(name, dark);
    const { height, width, ...layout } = laidOut;
    Object.assign(layout, size ?? { autosize: true });
    const isSmall = matchMedia("(pointer: coarse), (max-width: 600px)").matches;
    if (isSmall) layout.dragmode = false; // a finger scrolls the page
    return Plotly.react(place(name), traces.map(traceWithHover), layout, {
      responsive: true, displaylogo: false, displayModeBar: isSmall ? false : "hover",
      showSendToCloud: false, plotlyServerURL: "", // on by default: a button that uploads the figure
      modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "toImage"],
    });
  }

  const drawn = new Set(); // figures are drawn as they come near the window

  function draw(dark, size, names = drawn) {
    return Promise.all([...names].map((name) => drawOne(name, dark, size)));
  }

  function drawAsTheyCome() {
    const observer = new IntersectionObserver((entries) => {
      const names = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target.dataset.figure);
      names.forEach((name) => { drawn.add(name); observer.unobserve(place(name)); });
      if (names.length) draw(page.isDark(), undefined, names);
      if (names.includes("curves")) openOnClick("curves");
    }, { rootMargin: "400px" });
    for (const each of document.querySelectorAll("[data-figure]")) if (!drawn.has(each.dataset.figure)) observer.observe(each);
  }

  const allFigures = () => [...document.querySelectorAll("[data-figure]")].map((each) => each.dataset.figure);

  function openOnClick(name) {
    place(name)?.on?.("plotly_click", (event) => {
      const number = event.points[0].customdata;
      if (Number.isInteger(number)) visit(number);
    });
  }

  function save(name, format) {
    const shown = place(name);
    const layout = { ...shown.layout, shapes: [...(shown.layout.shapes ?? []), ...(name === "front" ? budgetShapes() : [])] };
    const filename = `${data.name}-${name}${name in chosen ? `-${chosen[name]}` : ""}`;
    const { width, height } = shown.getBoundingClientRect();
    Plotly.downloadImage({ data: shown.data, layout }, { format, filename, width, height, scale: format === "png" ? 2 : 1 });
  }

  function connectFigures() {
    for (const input of document.querySelectorAll(".switch input")) {
      const name = input.name;
      if (input.checked) chosen[name] = input.value;
      input.addEventListener("change", () => {
        chosen[name] = input.value;
        drawOne(name === "axis" ? "front" : name, page.isDark());
      });
    }
    for (const button of document.querySelectorAll("[data-save]")) {
      button.addEventListener("click", () => save(button.dataset.of, button.dataset.save));
    }
    $("log-axis")?.addEventListener("change", (event) => {
      isLog = event.target.checked;
      drawOne("front", page.isDark());
    });
    openOnClick("front");
    addEventListener("beforeprint", () => draw(false, PAPER, allFigures()));
    addEventListener("afterprint", () => draw(page.isDark(), undefined, allFigures()));
  }

  // Numbers as people read them

  const digits = (value) => (value < 999.5 ? String(Number(value.toPrecision(3))) : Math.round(value).toLocaleString("en"));
  function quantity(value, name) {
    if (value === null || value === undefined) return "-";
    if (name === "accuracy") return value.toFixed(4);
    if (name === "latency_ms") return `${value < 999.5 ? value.toPrecision(3) : digits(value)} ms`;
    const steps = name.endsWith("_bytes") ? [[2 ** 30, " GiB"], [2 ** 20, " MiB"], [2 ** 10, " KiB"]] : [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
    const [factor, unit] = steps.find(([least]) => value >= least) ?? [1, name.endsWith("_bytes") ? " B" : ""];
    return `${digits(value / factor)}${unit}`;
  }

  // Budgets: the best network within them. What shows them lies over the plot, so that dragging draws nothing anew.

  const column = (name) => data.trials[name];
  const limitOnAxis = () => (budgets[chosen.axis] ?? null) === null ? null : budgets[chosen.axis] / data.units[chosen.axis];

  function best() {
    const limits = Object.entries(budgets).filter(([, limit]) => limit !== null);
    const accuracy = column("accuracy"), flops = column("flops"), states = column("state");
    let found = -1;
    for (let row = 0; row < states.length; row++) {
      if (states[row] !== "COMPLETE" || !limits.every(([cost, limit]) => column(cost)[row] !== null && column(cost)[row] <= limit * (1 + 1e-9))) continue;
      if (found < 0 || accuracy[row] > accuracy[found] || (accuracy[row] === accuracy[found] && flops[row] < flops[found])) found = row;
    }
    return found;
  }

  const element = (tag, text, properties = {}) => Object.assign(document.createElement(tag), { textContent: text, ...properties });

  function words(description) {
    const lines = element("p", "", { className: "words" });
    lines.append(...description.split(";").map((line) => line.trim()).filter(Boolean).map((line) => element("span", line)));
    return lines;
  }

  function showFound(row) {
    if (row < 0) {
      $("found").replaceChildren(element("p", "No finished network is within these limits.", { className: "noted" }));
      return;
    }
    const number = column("number")[row];
    const costs = Object.keys(budgets).map((cost) => quantity(column(cost)[row], cost) + (cost === "flops" ? " FLOPs" : cost === "params" ? " parameters" : ""));
    const open = element("button", `Card of trial ${number}`, { type: "button", className: "button" });
    open.addEventListener("click", () => visit(number));
    $("found").replaceChildren(
      element("p", "Most accurate within them", { className: "noted" }),
      element("p", quantity(column("accuracy")[row], "accuracy"), { className: "value" }),
      element("p", costs.slice(0, 3).join(" · "), { className: "noted" }),
      words(column("description")[row]), open,
    );
  }

  let overlays;
  function makeOverlays() {
    const layer = element("div", "", { className: "overlays" });
    const parts = ["beyond", "limit", "ring"].map((name) => element("div", "", { className: name, ariaHidden: "true" }));
    const handle = element("button", "", { type: "button", className: "handle", role: "slider" });
    handle.setAttribute("role", "slider");
    layer.append(...parts, handle);
    place("front").after(layer);
    overlays = { layer, beyond: parts[0], limit: parts[1], ring: parts[2], handle };
    handle.addEventListener("pointerdown", (event) => { handle.setPointerCapture(event.pointerId); event.preventDefault(); handle.focus(); });
    handle.addEventListener("pointermove", (event) => { if (handle.hasPointerCapture(event.pointerId)) dragTo(event.clientX); });
    handle.addEventListener("keydown", (event) => stepBudget(event));
    place("front").on("plotly_afterplot", placeOverlays);
  }

  function dragTo(clientX) {
    const { _fullLayout: { xaxis } } = place("front");
    const x = clientX - place("front").getBoundingClientRect().left - xaxis._offset;
    setBudget(chosen.axis, xaxis.p2d(Math.min(Math.max(x, 0), xaxis._length)) * data.units[chosen.axis]);
  }

  function stepBudget(event) {
    const field = fieldOf(chosen.axis);
    const steps = { ArrowLeft: -10, ArrowDown: -10, ArrowRight: 10, ArrowUp: 10, PageDown: -100, PageUp: 100, Home: -1000, End: 1000 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    setBudget(chosen.axis, fromSlider(field, Math.min(Math.max(toSlider(field, budgets[chosen.axis]) + steps[event.key], 0), 1000)));
  }

  function placeOverlays() {
    const shown = place("front");
    if (!overlays || !shown._fullLayout) return;
    const { xaxis, yaxis, _size: size } = shown._fullLayout;
    const top = shown.offsetTop + size.t, height = shown._fullLayout.height - size.t - size.b;
    const limit = limitOnAxis();
    const end = xaxis._offset + xaxis._length;
    const at = limit === null ? end : Math.min(Math.max(xaxis._offset + xaxis.d2p(limit), xaxis._offset), end);
    const left = shown.offsetLeft + at;
    Object.assign(overlays.beyond.style, { left: `${left}px`, top: `${top}px`, width: `${shown.offsetLeft + end - left}px`, height: `${height}px` });
    Object.assign(overlays.limit.style, { left: `${left}px`, top: `${top}px`, height: `${height}px` });
    Object.assign(overlays.handle.style, { left: `${left}px`, top: `${top + 0.42 * height}px` });
    overlays.limit.hidden = limit === null;
    overlays.handle.ariaLabel = `Budget of ${fieldOf(chosen.axis).label}`;
    overlays.handle.ariaValueNow = String(Math.round(toSlider(fieldOf(chosen.axis), budgets[chosen.axis])));
    overlays.handle.ariaValueMin = "0";
    overlays.handle.ariaValueMax = "1000";
    overlays.handle.ariaValueText = limit === null ? "no limit" : quantity(budgets[chosen.axis], chosen.axis);
    placeRing(best(), shown, xaxis, yaxis);
  }

  function placeRing(row, shown, xaxis, yaxis) {
    const value = row < 0 ? null : column(chosen.axis)[row];
    const x = value === null ? NaN : xaxis.d2p(value / data.units[chosen.axis]);
    const y = value === null ? NaN : yaxis.d2p(column("accuracy")[row]);
    overlays.ring.hidden = !(x >= 0 && x <= xaxis._length && y >= 0 && y <= yaxis._length);
    Object.assign(overlays.ring.style, { left: `${shown.offsetLeft + xaxis._offset + x}px`, top: `${shown.offsetTop + yaxis._offset + y}px` });
  }

  function budgetShapes() {
    const limit = limitOnAxis();
    if (limit === null) return [];
    return [{ type: "line", x0: limit, x1: limit, y0: 0, y1: 1, yref: "paper", line: { width: 1.5, color: getComputedStyle(root).getPropertyValue("--ink") } }];
  }

  const fieldOf = (cost) => data.budgets.find((field) => field.cost === cost);
  function toSlider(field, value) { // 0 to 1000, even steps of the logarithm; 1000 is no limit
    if (value === null) return 1000;
    const low = Math.log(field.low), high = Math.log(field.high * 1.02);
    return high > low ? Math.min(Math.max(1000 * (Math.log(value / field.factor) - low) / (high - low), 0), 1000) : 1000;
  }
  function fromSlider(field, step) {
    if (step >= 1000) return null;
    return field.factor * Math.exp(Math.log(field.low) + (step / 1000) * (Math.log(field.high * 1.02) - Math.log(field.low)));
  }

  function setBudget(cost, value, from) {
    const field = fieldOf(cost), row = document.querySelector(`[data-cost="${cost}"]`);
    const isOpen = value !== null && value > field.high * field.factor * 1.019;
    budgets[cost] = isOpen && from !== "number" ? null : value;
    const [number, range] = row.querySelectorAll("input");
    if (from !== "number") number.value = budgets[cost] === null ? "" : Number((budgets[cost] / field.factor).toPrecision(3));
    if (from !== "range") range.value = toSlider(field, budgets[cost]);
    range.ariaValueText = budgets[cost] === null ? "any" : quantity(budgets[cost], cost);
    showFound(best());
    placeOverlays();
  }

  function connectBudgets() {
    if (!data.budgets.length) return;
    makeOverlays();
    for (const field of data.budgets) budgets[field.cost] = field.value === null ? null : field.value * field.factor;
    for (const field of data.budgets) {
      const [number, range] = document.querySelectorAll(`[data-cost="${field.cost}"] input`);
      number.addEventListener("input", () => {
        const value = Number.parseFloat(number.value);
        setBudget(field.cost, Number.isFinite(value) ? value * field.factor : null, "number");
      });
      range.addEventListener("input", () => setBudget(field.cost, fromSlider(field, Number(range.value)), "range"));
      setBudget(field.cost, budgets[field.cost]);
    }
  }

  // The front by keyboard: arrows walk along it, Enter opens a card.

  function connectKeys() {
    const shown = place("front");
    let at = -1;
    shown.addEventListener("keydown", (event) => {
      if (event.target !== shown) return;
      const along = data.front.filter((row) => column(chosen.axis)[row] !== null).sort((a, b) => column(chosen.axis)[a] - column(chosen.axis)[b]);
      if (event.key === "Enter" && at >= 0) visit(column("number")[along[at]]);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step || !along.length) return;
      event.preventDefault();
      at = (at + step + along.length) % along.length;
      hoverOver(shown, column("number")[along[at]]);
    });
  }

  function hoverOver(shown, number) {
    for (const [curveNumber, trace] of shown.data.entries()) {
      const pointNumber = (trace.customdata ?? []).indexOf(number);
      if (pointNumber < 0 || trace.mode === "lines") continue;
      Plotly.Fx.hover(shown, [{ curveNumber, pointNumber }]);
      $("said").textContent = data.hover[number].replace(/<[^>]*>/g, " ");
      return;
    }
  }

  // Cards

  async function visit(number) {
    history.pushState(null, "", `#trial-${number}`);
    await showCard(number);
  }

  async function showCard(number) {
    cards ??= JSON.parse(await unpack("cards"));
    const row = column("number").indexOf(number);
    if (row < 0) return;
    const body = $("card-body");
    if (cards[number]) body.innerHTML = cards[number]; // ours, every text in it escaped
    else body.replaceChildren(shortCard(row));
    connectCard(body);
    connectNeighbours(row);
    if (!$("card").open) $("card").showModal();
    $("card").scrollTop = 0;
    $("card-title").focus();
  }

  function shortCard(row) {
    const card = $("short-card").content.cloneNode(true);
    const fill = (name, text) => { card.querySelector(`[data-of="${name}"]`).textContent = text; };
    const number = column("number")[row];
    fill("state", data.states[column("state")[row]] ?? column("state")[row]);
    fill("title", `Trial ${number}`);
    card.querySelector('[data-of="words"]').replaceWith(words(column("description")[row]));
    const numbers = card.querySelector(".numbers");
    for (const [name, label] of Object.entries(data.labels)) {
      if (column(name)[row] === null) continue;
      const fact = element("div", "");
      fact.append(element("dt", label), element("dd", quantity(column(name)[row], name)));
      numbers.append(fact);
    }
    const curve = curveOf(number), failure = column("failure")[row];
    fill("curve", curve.length ? `Accuracy after each epoch: ${curve.map((value) => value.toFixed(4)).join(", ")}` : "");
    fill("failure", failure ?? "");
    card.querySelector('[data-of="failure"]').hidden = failure === null;
    fill("command", data.command.replace("NUMBER", number));
    return card;
  }

  function curveOf(number) {
    for (const trace of "curves" in data.figures ? figureIn("curves").data : []) {
      const values = trace.y.filter((_, i) => trace.customdata[i] === number);
      if (values.length) return values;
    }
    return [];
  }

  function connectCard(body) {
    page.showCopy(body);
    const button = body.querySelector(".save-drawing");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const style = getComputedStyle(root);
      const text = body.querySelector(".drawing svg").outerHTML.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
      download(`${data.name}-${location.hash.slice(1)}.svg`, text, "image/svg+xml");
    });
  }

  function connectNeighbours(row) {
    const at = data.front.indexOf(row);
    for (const [id, step] of [["card-before", -1], ["card-after", 1]]) {
      const other = data.front[at + step];
      $(id).hidden = at < 0;
      $(id).disabled = other === undefined;
      $(id).onclick = () => visit(column("number")[other]);
    }
  }

  function closeCard() {
    if (/^#trial-\d+$/.test(location.hash)) history.replaceState(null, "", location.pathname + location.search);
  }

  function followAddress() {
    const match = /^#trial-(\d+)$/.exec(location.hash);
    if (match) showCard(Number(match[1]));
    else if ($("card").open) $("card").close();
  }

  function connectCards() {
    $("card").addEventListener("close", closeCard);
    $("card-close").addEventListener("click", () => $("card").close());
    $("card").addEventListener("click", (event) => { if (event.target === $("card")) $("card").close(); });
    $("card").addEventListener("keydown", (event) => {
      if (event.target.closest(".drawing, .scroll, input")) return;
      const button = { ArrowLeft: $("card-before"), ArrowRight: $("card-after") }[event.key];
      if (button && !button.hidden && !button.disabled) button.click();
    });
    addEventListener("popstate", followAddress);
    document.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#trial-"]');
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      visit(Number(link.hash.slice(7)));
    });
    $("ask-card")?.addEventListener("submit", (event) => {
      event.preventDefault();
      const field = $("ask-number"), number = field.valueAsNumber;
      const isKnown = column("number").includes(number);
      field.setCustomValidity(isKnown ? "" : "There is no such trial");
      if (isKnown) visit(number);
      else field.reportValidity();
    });
    $("ask-number")?.addEventListener("input", (event) => event.target.setCustomValidity(""));
    followAddress();
  }

  // Files

  function download(name, text, type) {
    const link = element("a", "", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  function cell(value) { // a text that a spreadsheet would take for a formula stays a text
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    return `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
  }

  function csv() {
    const names = Object.keys(data.trials);
    const rows = column("number").map((_, row) => names.map((name) => cell(column(name)[row])).join(","));
    return [names.join(","), ...rows].join("\n") + "\n";
  }

  async function start() {
    page.themeButton(() => { if (window.Plotly) draw(page.isDark()); });
    page.showCopy(document);
    if (!$("figures")) return;
    try {
      for (const input of document.querySelectorAll(".switch input:checked")) chosen[input.name] = input.value;
      await load();
      if (place("front")) drawn.add("front");
      await draw(page.isDark());
    } catch (error) {
      const notice = $("no-figures");
      if (notice) notice.hidden = false;
      throw error;
    }
    for (const each of document.querySelectorAll(".needs-script")) each.hidden = false;
    connectFigures();
    if (place("front")) {
      connectBudgets();
      connectKeys();
      $("save-csv").addEventListener("click", () => download(`${data.name}.csv`, csv(), "text/csv"));
      await Plotly.Plots.resize(place("front")); // the budgets beside it have appeared
    }
    connectCards();
    drawAsTheyCome();
    root.dataset.ready = "true";
  }

  start();
})();
