import { expect, test } from "vitest";
import { riskyConfiguration } from "../../../components/catalogue/configurationProperties.ts";

const include = "management.endpoints.web.exposure.include";

test.each([
  [
    "application.yaml",
    "management:\n  endpoints:\n    web:\n      exposure:\n        include: '*'\n",
    [`${include}=*`],
  ],
  ["application.yml", "management.endpoints.web.exposure:\n  include: [health, heapdump]\n", [`${include}=heapdump`]],
  ["application.yaml", "a: 1\n---\nmanagement.endpoints.web.exposure.include: env\n", [`${include}=env`]],
  ["application.json", '{"management":{"endpoints":{"web":{"exposure":{"include":"*"}}}}}', [`${include}=*`]],
  ["application.properties", "a=b\nmanagement.endpoints.web.exposure.include = health,\\\n  *\n", [`${include}=*`]],
  ["application.properties", "management.endpoints.web.exposure.include: threaddump", [`${include}=threaddump`]],
  ["application.properties", "spring.devtools.remote.secret=x\n", ["spring.devtools.remote.secret"]],
  ["application.properties", "# management.endpoints.web.exposure.include=*\n", []],
  [
    "application.yaml",
    "management:\n  endpoints:\n    web:\n      exposure:\n        include: health, prometheus\n",
    [],
  ],
  ["application.yaml", "a: [\n", []],
  ["logback-spring.xml", "<configuration/>", []],
])("%s: %j", (name, text, found) => {
  expect(riskyConfiguration(name, text).map((each) => each.name)).toEqual(found);
});
