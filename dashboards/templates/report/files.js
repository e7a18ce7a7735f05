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
