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
    keepViewNow();
    history.pushState(null, "", addressOf(`trial-${number}`));
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
    fill("curve", curve.length ? `${data.labels[data.quality]} after each epoch: ${curve.map((value) => value.toFixed(4)).join(", ")}` : "");
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
      download(`${data.name}-${cardInAddress()}.svg`, text, "image/svg+xml");
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
    if (cardInAddress()) history.replaceState(null, "", addressOf());
  }

  function followAddress() {
    const card = cardInAddress();
    if (card) showCard(Number(card.slice(6)));
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
    addEventListener("popstate", () => { followView(); followAddress(); });
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
