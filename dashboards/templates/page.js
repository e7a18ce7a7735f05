"use strict";
// What the report and the live pages share: the theme, buttons that copy the text before them, times.
const page = (() => {
  const root = document.documentElement;
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemIsDark.matches);
  const remember = (theme) => { try { localStorage.setItem("conv-nas-theme", theme); } catch { /* a page from a file may not */ } };
  const remembered = () => { try { return localStorage.getItem("conv-nas-theme"); } catch { return null; } };

  function themeButton(changed) {
    const button = document.getElementById("theme");
    const label = () => { button.textContent = isDark() ? "Light theme" : "Dark theme"; };
    const theme = remembered();
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    button.hidden = false;
    label();
    systemIsDark.addEventListener("change", () => { label(); changed(); });
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember(root.dataset.theme);
      label();
      changed();
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

  const showCopy = (part) => part.querySelectorAll(".copy").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => { if (event.target.matches(".copy")) copy(event.target); });

  const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  function showLocalTimes(part) { // in the reader's zone; UTC on hovering
    for (const time of part.querySelectorAll("time.moment")) {
      time.title = time.textContent;
      time.textContent = local.format(new Date(time.dateTime));
    }
  }

  return { isDark, themeButton, showCopy, showLocalTimes };
})();
