  const PAPER = { width: 680, height: 330 };
  const root = document.documentElement;
  const $ = (id) => document.getElementById(id);
  const place = (name) => document.querySelector(`[data-figure="${name}"]`);

  // What the page knows. It comes packed; figures in light colours, hover texts beside them once.

  let data, cards;
  const chosen = {}; // cost on the axis, what progress is drawn against, cost held equal
  const budgets = {}; // by cost, in base units; null where any will do
  let isLog = true;
  let color = ""; // a cost; empty where marks are coloured by what they are

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
    return withColors({ layout, data: front.data.map((trace, i) => withPoints(trace, axis.points[i])), scale: front.scale });
  }

  function withPoints(trace, points) { // by name, also within a part: "error_x.array"
    const changed = { ...trace };
    for (const [name, value] of Object.entries(points)) {
      const [part, inner] = name.split(".");
      changed[part] = inner ? { ...changed[part], [inner]: value } : value;
    }
    return changed;
  }

  function figure(name, dark) {
    const found = figureIn(name, dark);
    if (name === "front") return frontFigure(found);
    return name in chosen ? found[chosen[name]] : found;
  }

  function drawOne(name, dark, size) {
    const made = figure(name, dark);
    if (name === "front") showLegend(made);
    const { data: traces, layout: laidOut } = made;
    const { height, width, ...layout } = laidOut;
    Object.assign(layout, size ? { ...size, height: Math.max(height > 400 ? height : 0, size.height) } : { autosize: true }); // rows need theirs
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

  const frontParts = () => [chosen.axis, isLog ? "" : "linear", color && `by-${color}`];

  function save(name, format) {
    const shown = place(name);
    const layout = { ...shown.layout, shapes: [...(shown.layout.shapes ?? []), ...(name === "front" ? budgetShapes() : [])] };
    const filename = [data.name, name, ...(name === "front" ? frontParts() : [chosen[name]])].filter(Boolean).join("-");
    const { width, height } = shown.getBoundingClientRect();
    Plotly.downloadImage({ data: shown.data, layout }, { format, filename, width, height, scale: format === "png" ? 2 : 1 });
  }

  function connectFigures() {
    for (const input of switches()) {
      const name = input.name;
      input.addEventListener("change", () => {
        chosen[name] = input.value;
        drawOne(name === "axis" ? "front" : name, page.isDark());
        keepView();
      });
    }
    for (const button of document.querySelectorAll("[data-save]")) {
      button.addEventListener("click", () => save(button.dataset.of, button.dataset.save));
    }
    $("log-axis")?.addEventListener("change", (event) => {
      isLog = event.target.checked;
      drawOne("front", page.isDark());
      keepView();
    });
    $("color")?.addEventListener("change", (event) => {
      color = event.target.value;
      drawOne("front", page.isDark());
      keepView();
    });
    openOnClick("front");
    addEventListener("beforeprint", () => draw(false, PAPER, allFigures()));
    addEventListener("afterprint", () => draw(page.isDark(), undefined, allFigures()));
  }
