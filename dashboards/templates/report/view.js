  // The view: what is chosen, kept in the address, so that a link opens the same again.

  const usual = {}; // what is chosen where the address says nothing
  const switches = () => [...document.querySelectorAll(".switch input")];
  const usualBudget = (field) => (field.value === null ? null : field.value * field.factor);

  function viewParts() {
    const parts = Object.entries(chosen).filter(([name, value]) => value !== usual[name]).map(([name, value]) => `${name}=${value}`);
    if (!isLog) parts.push("scale=linear");
    if (color) parts.push(`color=${color}`);
    for (const field of data.budgets) {
      const limit = budgets[field.cost];
      if (limit !== usualBudget(field)) parts.push(`max-${field.cost}=${limit === null ? "any" : Number(limit.toPrecision(6))}`);
    }
    return parts;
  }

  const cardInAddress = () => /^#(trial-\d+)(&|$)/.exec(location.hash)?.[1];
  function addressOf(card) {
    const parts = [card, ...viewParts()].filter(Boolean);
    return parts.length ? `#${parts.join("&")}` : location.pathname + location.search;
  }

  let keeping = null; // browsers count changes of the address; dragging makes hundreds
  function keepView() {
    clearTimeout(keeping);
    keeping = setTimeout(keepViewNow, 200);
  }
  function keepViewNow() {
    clearTimeout(keeping);
    history.replaceState(null, "", addressOf(cardInAddress()));
  }

  function readView() { // whatever the address says: what it does not know is as usual
    const said = new URLSearchParams(location.hash.slice(1));
    for (const name of Object.keys(usual)) {
      const inputs = switches().filter((input) => input.name === name);
      const input = inputs.find(({ value }) => value === said.get(name)) ?? inputs.find(({ value }) => value === usual[name]);
      input.checked = true;
      chosen[name] = input.value;
    }
    isLog = said.get("scale") !== "linear";
    if ($("log-axis")) $("log-axis").checked = isLog;
    const select = $("color");
    color = [...(select?.options ?? [])].some(({ value }) => value === said.get("color")) ? said.get("color") : "";
    if (select) select.value = color;
    for (const field of data.budgets) budgets[field.cost] = budgetIn(said.get(`max-${field.cost}`), field);
  }

  function budgetIn(text, field) {
    if (text === "any") return null;
    const value = Number(text);
    return text && Number.isFinite(value) && value > 0 ? value : usualBudget(field);
  }

  function beginView() {
    for (const input of switches()) if (input.defaultChecked) usual[input.name] = input.value;
    readView();
  }

  function followView() {
    const before = viewParts().join("&");
    readView();
    if (viewParts().join("&") === before) return;
    for (const field of data.budgets) setBudget(field.cost, budgets[field.cost]);
    draw(page.isDark());
  }

  // A third quantity, by colour

  function withColors(figure) {
    if (!color) return figure;
    const row = new Map(column("number").map((number, i) => [number, i]));
    const shades = (trace) => trace.customdata.map((number) => Math.log10(column(color)[row.get(number)]));
    const isColored = (trace) => ["finished", "Pareto front", "knee"].includes(trace.name) && trace.customdata?.length;
    const traces = figure.data.map((trace) => (isColored(trace) ? { ...trace, marker: { ...trace.marker, color: shades(trace), coloraxis: "coloraxis" } } : trace));
    const all = traces.flatMap((trace) => (trace.marker?.coloraxis ? trace.marker.color : []));
    const low = Math.min(...all), high = Math.max(...all), ticks = high > low ? [low, (low + high) / 2, high] : [low];
    const coloraxis = {
      cmin: low, cmax: high > low ? high : low + 1, colorscale: figure.scale,
      colorbar: {
        title: { text: data.labels[color], side: "right", font: figure.layout.xaxis.title.font }, thickness: 10, outlinewidth: 0, len: 0.8,
        tickvals: ticks, ticktext: ticks.map((tick) => quantity(10 ** tick, color)), tickfont: figure.layout.xaxis.tickfont,
      },
    };
    return { ...figure, data: traces, layout: { ...figure.layout, coloraxis } };
  }

  function showLegend({ data: traces, layout }) { // of what is there, on this axis
    const there = new Set(traces.filter((trace) => trace.x?.length).map((trace) => trace.name));
    if (traces.some((trace) => trace.name === "Pareto front" && trace.error_y?.array?.length)) there.add("interval");
    if (layout.shapes?.length) there.add("limit");
    for (const item of document.querySelectorAll("[data-legend]")) item.hidden = !there.has(item.dataset.legend);
  }
