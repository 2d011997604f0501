// Sums the trx files below a directory, names what failed and what was skipped and why, and exits with 0 only if something ran and nothing failed.
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { join } from "node:path";

const [directory, status] = process.argv.slice(2);
const files = existsSync(directory) ? readdirSync(directory, { recursive: true }).filter((f) => f.endsWith(".trx")) : [];
const unescape = (text) =>
  text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&#x([0-9A-F]+);/gi, (_, c) => String.fromCodePoint(parseInt(c, 16))).replace(/&amp;/g, "&");
const attribute = (tag, name) => unescape(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
const firstText = (body, ...elements) =>
  elements.map((e) => new RegExp(`<${e}>([\\s\\S]*?)</${e}>`).exec(body)?.[1]).find((t) => t !== undefined);

const counts = { passed: 0, failed: 0, skipped: 0 };
const skipped = [];
const failed = [];
const crashed = [];
for (const file of files) {
  const text = readFileSync(join(directory, file), "utf8");
  for (const [, tag, body = ""] of text.matchAll(/<UnitTestResult\b([^>]*?)(?:\/>|>([\s\S]*?)<\/UnitTestResult>)/g)) {
    const name = attribute(tag, "testName");
    const reason = unescape(firstText(body, "Message", "StdOut") ?? "no reason given").trim();
    switch (attribute(tag, "outcome")) {
      case "Passed":
        counts.passed++;
        break;
      case "NotExecuted":
        counts.skipped++;
        skipped.push(`${name}: ${reason}`);
        break;
      default:
        counts.failed++;
        failed.push(`${name}: ${reason.split("\n")[0]}`);
    }
  }
  // A test process that died leaves its tests out, so the counts alone would not show it.
  for (const [, body] of text.matchAll(/<RunInfo\b[^>]*outcome="Error"[^>]*>([\s\S]*?)<\/RunInfo>/g)) {
    const message = unescape(firstText(body, "Text") ?? "");
    if (/Catastrophic failure|run was aborted/.test(message)) {
      counts.failed++;
      crashed.push(`${file}: ${message.replace(/^\[.*?\]\s*/, "")} Tests that had not ended are not counted.`);
    }
  }
}

if (skipped.length > 0) console.log(["Skipped:", ...skipped.map((s) => `  ${s}`)].join("\n"));
if (crashed.length > 0) console.log(["Crashed:", ...crashed.map((s) => `  ${s}`)].join("\n"));
if (failed.length > 0) console.log(["Failed:", ...failed.map((s) => `  ${s}`)].join("\n"));
const nothingRan = counts.passed + counts.failed === 0;
if (nothingRan) console.log("No test ran.");
if (Number(status) !== 0 && counts.failed === 0) console.log(`dotnet test ended with exit code ${status}, although no test failed: see its output.`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 || nothingRan || Number(status) !== 0 ? 1 : 0);
