// What @web/test-runner's mocha puts on the page of an element test.
type TestBody = () => void | Promise<void>;
declare function describe(subject: string, body: () => void): void;
declare function it(behaviour: string, body: TestBody): void;
declare function before(body: TestBody): void;
declare function beforeEach(body: TestBody): void;
declare function after(body: TestBody): void;
declare function afterEach(body: TestBody): void;
