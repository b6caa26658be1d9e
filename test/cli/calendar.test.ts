import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ProjectCopy } from "../support/projectCopy.ts";

let project: ProjectCopy;
beforeAll(async () => {
  project = await ProjectCopy.create();
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "Ana");
  git("config", "user.email", "ana@tax.example");
  git("add", ".");
  git("commit", "--quiet", "--message", "All");
});
afterAll(() => project.dispose());

function git(...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", args, { cwd: project.folder, encoding: "utf8", env });
}

const before = "2027-03-10T08:00";
const due = "2027-03-22T08:00";
const after = "2027-04-02T08:00";

it("changes nothing and says so where nothing is due", async () => {
  // Two days before the freeze of the deadline, in which the night's freeze is not counted.
  const { code, stdout } = await project.run("calendar", "apply", "--at", before);
  expect(stdout).toBe(
    ["dc1", "dc2"]
      .map(
        (site) =>
          `${site}: its file says what it is to say (no peak); income-tax is due 2027-03-21 21:30 America/Lima, 2027-03-22 02:30 UTC\n`,
      )
      .join(""),
  );
  expect(code).toBe(0);
  expect(git("rev-list", "--count", "HEAD").trim()).toBe("1");
});

it("is asked about another site than there are", async () => {
  const { code, stderr } = await project.run("calendar", "status", "--site", "dc9");
  expect([code, stderr]).toEqual([2, 'error: unknown site "dc9"; expected one of dc1, dc2\n']);
});

it("raises a peak that is due by one commit of one line a site, once, and lowers it when it is over", async () => {
  const status = await project.run("calendar", "status", "--at", due);
  expect(status.code).toBe(1);
  expect(status.stdout).toContain("its file names no peak (gemelos:peak); npm run calendar -- apply puts that right");

  const raised = await project.run("calendar", "apply", "--at", due);
  expect(raised.stderr).toBe("");
  expect(raised.stdout).toMatch(/^dc1: income-tax is due, from 2027-03-25 00:00 America\/Lima, 05:00 UTC until/);
  expect(raised.stdout).toMatch(/\ncommitted [0-9a-f]{12}: Pulumi\.dc1\.yaml, Pulumi\.dc2\.yaml; the next deployment/);
  expect(git("log", "-1", "--format=%B")).toMatch(
    /^Raise replicas for the peak income-tax in dc1 and dc2\n\nincome-tax: a third/,
  );
  expect(git("show", "--format=", "--numstat")).toBe("1\t0\tPulumi.dc1.yaml\n1\t0\tPulumi.dc2.yaml\n");
  expect((await project.run("calendar", "status", "--at", due)).code).toBe(0);

  const again = await project.run("calendar", "apply", "--at", due);
  expect(again.stdout).toContain("dc1: its file says what it is to say (income-tax)");
  expect(git("rev-list", "--count", "HEAD").trim()).toBe("2");

  const rendered = await project.run("render", "--json", "--site", "dc1");
  const [site] = JSON.parse(rendered.stdout).sites;
  const payments = site.services.find((each: { service: string }) => each.service === "card-payments");
  expect(payments.replicas).toEqual({ min: 4, max: 8 });
  expect(site.warnings).toContain("the peak income-tax lasts, so that services have more replicas (gemelos:peak)");

  await project.run("calendar", "apply", "--at", after);
  expect(git("log", "-1", "--format=%s")).toBe("Lower replicas after the peak income-tax in dc1 and dc2\n");
  expect(git("diff", "HEAD~2", "--stat")).toBe("");
});

it("commits no peak that cannot be rendered: the file stays as it was, and the line to correct is told", async () => {
  const commits = git("rev-list", "--count", "HEAD");
  await project.replace("calendar.yaml", "card-payments: 4", "card-paymentz: 4");
  git("commit", "--quiet", "--all", "--message", "Mistake");
  const { code, stdout, stderr } = await project.run("calendar", "apply", "--at", due);
  expect([code, stdout]).toEqual([2, ""]);
  const line =
    'calendar.yaml:46:20: peaks[0].minReplicas.card-paymentz: the catalogue has no service of that name; correct or remove it; did you mean "card-payments"?';
  expect(stderr).toContain(line);
  // Whoever only asks is told weeks before, and what holds all the same.
  const status = await project.run("calendar", "status", "--at", before);
  expect([status.code, status.stderr]).toEqual([2, expect.stringContaining(line)]);
  expect(status.stdout).toContain("dc1 at 2027-03-10 08:00");
  expect(git("status", "--porcelain", "--untracked-files=no")).toBe("");
  git("reset", "--quiet", "--hard", "HEAD~1");
  expect(git("rev-list", "--count", "HEAD")).toBe(commits);
});

it.each(["status", "next", "apply"])("does not wait for a pipe in the calendar's place: %s", async (question) => {
  await project.remove("calendar.yaml");
  execFileSync("mkfifo", [project.path("calendar.yaml")]);
  const said = "calendar.yaml: is a pipe, a socket or a device; put a file of the project in its place";
  const asked = [project.run("calendar", question), ...(question === "apply" ? [project.run("render")] : [])];
  for (const { code, stderr } of await Promise.all(asked)) {
    expect(stderr).toContain(said);
    expect(code).toBe(2);
  }
  await project.remove("calendar.yaml");
  git("checkout", "--quiet", "--", "calendar.yaml");
});

it("says in a freeze that only who breaks the glass deploys what was forgotten", async () => {
  const late = await project.run("calendar", "apply", "--at", "2027-03-26T08:00");
  expect(late.stdout).toContain(
    "dc1: is frozen until 2027-04-01 01:30 America/Lima, 06:30 UTC; until then only --break-glass deploys this",
  );
});

it("refuses a peak that cannot run before it comes, in render and with the line", async () => {
  await project.replace("calendar.yaml", "card-payments: 4", "card-paymets: 4");
  const { code, stderr } = await project.run("render");
  expect(code).toBe(2);
  expect(stderr).toContain(
    'calendar.yaml:46:20: peaks[0].minReplicas.card-paymets: the catalogue has no service of that name; correct or remove it; did you mean "card-payments"?',
  );
});

it("needs no calendar: then nothing is frozen, and a site renders as before there was one", async () => {
  git("checkout", "--quiet", "HEAD~1", "--", "Pulumi.dc1.yaml", "Pulumi.dc2.yaml");
  await project.remove("calendar.yaml");
  const { code, stdout } = await project.run("calendar", "status", "--site", "dc2", "--at", due);
  expect([code, stdout.split("\n").slice(1, 3)]).toEqual([0, ["  not frozen, no freeze follows", "  no peak is due"]]);
  expect((await project.run("render", "--site", "dc2")).code).toBe(0);
});
