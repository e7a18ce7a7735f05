"use strict";
(() => {
  const PAPER = { width: 680, height: 330 };
  const root = document.documentElement;
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  const text = (id) => document.getElementById(id).textContent;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches);
  const remember = (theme) => { try { localStorage.setItem("conv-nas-theme", theme); } catch { /* a page from a file may not */ } };
  const remembered = () => { try { return localStorage.getItem("conv-nas-theme"); } catch { return null; } };

  // Figures. They come packed, in light colours, and with the hover text of each trial beside them.

  let figureData; // JSON text, parsed anew for each theme

  async function unpack(id) {
    const packed = Uint8Array.from(atob(text(id)), (character) => character.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  async function load() {
    figureData = await unpack("figures");
    const script = document.createElement("script");
    script.textContent = await unpack("plotly");
    document.head.append(script);
  }

  function figuresIn(dark) {
    const colors = new Map(dark ? Object.entries(JSON.parse(text("to-dark"))) : []);
    const data = JSON.parse(figureData, (_, value) => colors.get(value) ?? value);
    for (const trace of Object.values(data.figures).flatMap((figure) => figure.data)) {
      if (trace.customdata) trace.hovertext = trace.customdata.map((number) => data.hover[number] ?? "");
    }
    return data;
  }

  function draw(dark, size = { autosize: true }) {
    const { figures, name } = figuresIn(dark);
    for (const place of document.querySelectorAll("[data-figure]")) {
      const figure = figures[place.dataset.figure];
      const layout = { ...figure.layout, ...size };
      const isSmall = matchMedia("(pointer: coarse), (max-width: 600px)").matches;
      if (isSmall) layout.dragmode = false; // a finger scrolls the page
      const filename = `${name}-${place.dataset.figure}`;
      Plotly.react(place, figure.data, layout, {
        responsive: true, displaylogo: false, displayModeBar: isSmall ? false : "hover",
        toImageButtonOptions: { format: "svg", filename },
        showSendToCloud: false, plotlyServerURL: "", // on by default: a button that uploads the figure
        modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
      });
    }
  }

  function showRowOnClick(place) {
    place.on("plotly_click", (event) => {
      const id = `trial-${event.points[0].customdata}`;
      if (document.getElementById(id)) location.hash = id;
    });
  }

  async function start() {
    if (!document.getElementById("figures")) return;
    try {
      await load();
      draw(isDark());
    } catch (error) {
      const notice = document.getElementById("no-figures");
      if (notice) notice.hidden = false;
      throw error;
    }
    document.querySelectorAll("[data-figure]").forEach(showRowOnClick);
    systemIsDark.addEventListener("change", () => draw(isDark()));
    addEventListener("beforeprint", () => draw(false, PAPER));
    addEventListener("afterprint", () => draw(isDark()));
  }

  // Buttons

  function themeButton() {
    const button = document.getElementById("theme");
    const label = () => { button.textContent = isDark() ? "Light theme" : "Dark theme"; };
    const theme = remembered();
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    button.hidden = false;
    label();
    systemIsDark.addEventListener("change", label);
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember(root.dataset.theme);
      label();
      if (window.Plotly) draw(isDark());
    });
  }

  async function copy(button) {
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code); // not allowed: one key press is left
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  }

  themeButton();
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  start();
})();
