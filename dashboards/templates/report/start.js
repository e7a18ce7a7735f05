  async function start() {
    page.themeButton(() => { if (window.Plotly) draw(page.isDark()); });
    page.showCopy(document);
    page.showLocalTimes(document);
    if (!$("figures")) return;
    try {
      await load();
      beginView();
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
