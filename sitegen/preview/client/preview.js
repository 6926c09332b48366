// The script that the preview adds to every page, and the only one: it brings the others. Nothing that it makes is
// part of the page, and no build writes it.
{
  const { sitegenDigest: digest, sitegenNumber: number } = document.currentScript.dataset;
  import("./follow.js").then(({ follow }) => follow({ digest, number: Number(number) }));
}
