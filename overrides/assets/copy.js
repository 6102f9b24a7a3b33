// Buttons that copy: each block of code, and the page's Markdown. Without this script the text can be selected, and the Markdown has a link.

(() => {
  const said = Object.assign(document.createElement("div"), { className: "said" });
  said.setAttribute("role", "status");
  document.body.append(said);
  let hiding;

  function say(text) {
    clearTimeout(hiding);
    said.textContent = text;
    hiding = setTimeout(() => (said.textContent = ""), 3000);
  }

  function button(className, text, label, copied) {
    const made = Object.assign(document.createElement("button"), { type: "button", className, textContent: text });
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(await copied());
        say("Copied.");
      } catch {
        say("This browser does not let the page copy; select the text instead.");
      }
    });
    return made;
  }

  for (const code of document.querySelectorAll(".highlight code")) {
    code.closest(".highlight").append(button("copy", "Copy", "Copy this code", () => code.textContent.trimEnd()));
  }
  for (const link of document.querySelectorAll("a[data-markdown]")) {
    const source = async () => {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(answer.statusText);
      return answer.text();
    };
    link.after(" ", button("plain-button", "Copy as Markdown", "", source));
  }
})();
