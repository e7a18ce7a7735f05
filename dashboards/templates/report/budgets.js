  // Numbers as people read them

  const digits = (value) => (value < 999.5 ? String(Number(value.toPrecision(3))) : Math.round(value).toLocaleString("en"));
  function quantity(value, name) {
    if (value === null || value === undefined) return "-";
    if (name === data.quality) return value.toFixed(4);
    if (name.endsWith("latency_ms")) return `${value < 999.5 ? value.toPrecision(3) : digits(value)} ms`;
    const steps = name.endsWith("_bytes") ? [[2 ** 30, " GiB"], [2 ** 20, " MiB"], [2 ** 10, " KiB"]] : [[1e9, "G"], [1e6, "M"], [1e3, "k"]];
    const [factor, unit] = steps.find(([least]) => value >= least) ?? [1, name.endsWith("_bytes") ? " B" : ""];
    return `${digits(value / factor)}${unit}`;
  }

  // Budgets: the best network within them. What shows them lies over the plot, so that dragging draws nothing anew.

  const column = (name) => data.trials[name];
  const limitOnAxis = () => (budgets[chosen.axis] ?? null) === null ? null : budgets[chosen.axis] / data.units[chosen.axis];

  // The study's own limit is drawn and labelled in the figure: one line is enough.
  const isOwnLimit = (limit) => (place("front").layout?.shapes ?? []).some(({ x0, x1 }) => x0 === x1 && Math.abs(x0 / limit - 1) < 1e-5);

  function best() {
    const limits = Object.entries(budgets).filter(([, limit]) => limit !== null);
    const accuracy = column(data.quality), flops = column("flops"), states = column("state");
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

  function latencyOf(row) { // what was measured stands before what was predicted
    for (const [name, said] of [["measured_latency_ms", data.how_timed], ["latency_ms", "predicted"]]) {
      if (column(name)[row] !== null) return `${quantity(column(name)[row], name)} ${said}`;
    }
    return "";
  }

  function showFound(row) {
    if (row < 0) {
      $("found").replaceChildren(element("p", "No finished network is within these limits.", { className: "noted" }));
      return;
    }
    const number = column("number")[row];
    const costs = [`${quantity(column("flops")[row], "flops")} FLOPs`, latencyOf(row), `${quantity(column("params")[row], "params")} parameters`];
    const open = element("button", `Card of trial ${number}`, { type: "button", className: "button" });
    open.addEventListener("click", () => visit(number));
    $("found").replaceChildren(
      element("p", `${data.best} within them`, { className: "noted" }),
      element("p", quantity(column(data.quality)[row], data.quality), { className: "value" }),
      element("p", costs.filter(Boolean).join(" · "), { className: "noted" }),
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
    overlays.limit.hidden = limit === null || isOwnLimit(limit);
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
    const y = value === null ? NaN : yaxis.d2p(column(data.quality)[row]);
    overlays.ring.hidden = !(x >= 0 && x <= xaxis._length && y >= 0 && y <= yaxis._length);
    Object.assign(overlays.ring.style, { left: `${shown.offsetLeft + xaxis._offset + x}px`, top: `${shown.offsetTop + yaxis._offset + y}px` });
  }

  function budgetShapes() {
    const limit = limitOnAxis();
    if (limit === null || isOwnLimit(limit)) return [];
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
    keepView();
  }

  function connectBudgets() {
    if (!data.budgets.length) return;
    makeOverlays();
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
