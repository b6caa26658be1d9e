import { expect, test } from "vitest";
import { SpringNames, variablesOf } from "../../../components/configuration/springNames.ts";

const variables = ["DB_PASSWORD", "MY_LIST_0_", "MY_FOOBAR", "SOME_VALUE_X", "Mixed_Case", "lower_env"];
const properties = ["myApp.baseUrl", "my-app.other-url", "list[0]", "snake_case"];
const names = new SpringNames(variables, properties);

// As Spring Boot 3.5 resolves them, see the test that asks it.
test.each([
  ...[
    "DB_PASSWORD",
    "db.password",
    "db_password",
    "Db_Password",
    "db-password",
    "my.list[0]",
    "my.foo-bar",
    "my.foobar",
  ],
  ...["some.value-x", "some.value.x", "Mixed_Case", "lower_env", "lower.env", "myApp.baseUrl", "my-app.base-url"],
  ...["myapp.baseurl", "my-app.other-url", "list[0]", "snake_case", "snake-case", "snakecase"],
])("%s is found", (name) => expect(names.finds(name)).toBe(true));

test.each([
  ...["DB_PASSWROD", "dbPassword", "mixed_case", "MIXED_CASE", "LOWER_ENV", "myApp.base-url", "myApp.otherUrl"],
  ...["my_app.other_url", "list[1]", "password"],
])("%s is not", (name) => expect(names.finds(name)).toBe(false));

test("the variables of a property", () => {
  expect(variablesOf("spring.datasource.password")).toEqual(["SPRING_DATASOURCE_PASSWORD"]);
  expect(variablesOf("server.max-size")).toEqual(["SERVER_MAXSIZE", "SERVER_MAX_SIZE"]);
  expect(variablesOf("hosts[0]")).toEqual(["HOSTS_0_", "HOSTS_0"]);
  expect(variablesOf("hosts[0].name")).toEqual(["HOSTS_0_NAME"]);
});
