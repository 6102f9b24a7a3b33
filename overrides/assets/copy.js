// "Copy as Markdown" beside the link to the page's source. Without this script the link is there.

for (const link of document.querySelectorAll("a[data-markdown]")) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "plain-button", textContent: "Copy as Markdown" });
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(answer.statusText);
      await navigator.clipboard.writeText(await answer.text());
      said.textContent = "Copied.";
    } catch {
      said.textContent = "This browser does not let the page copy; open the link instead.";
    }
  });
  link.after(" ", button, " ", said);
}
