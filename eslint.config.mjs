import { defineConfig } from 'eslint/config';
import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import wc from 'eslint-plugin-wc';
import tseslint from 'typescript-eslint';
import { functionLength } from './bin/lib/lint-function-length.mjs';

const TESTS = ['**/*.test.ts', '**/*.browser-test.ts', '**/{*.,}test-kit.ts', '**/test/**/*.ts'];

export default defineConfig(
  { ignores: ['dist/', 'artifacts/', 'coverage/', '.data/', 'domain/generated/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { house: { rules: { 'function-length': functionLength } } },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'off',
      'no-new-func': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'house/function-length': ['error', { max: 40 }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
      '@typescript-eslint/strict-boolean-expressions': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // It believes a narrowing that a call or an await in between has undone.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // querySelector<T>() is the idiom: the caller names the element.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Promise.withResolvers<void>() is as good as Promise<void>.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // A cause is passed on as it came.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // An arrow that passes on what a void call returns reads well and harms nothing.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // A port is asynchronous even where one adapter has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Lit merges an interface into HTMLElementTagNameMap with empty bodies, and Client<paths> style aliases are interfaces on purpose.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
  {
    files: ['{domain,sdk,api,worker}/**/*.ts'],
    ignores: ['{api,worker}/main.ts', 'api/admin.ts', ...TESTS],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['{sdk,examples}/**/*.ts'],
    extends: [lit.configs['flat/recommended'], wc.configs['flat/recommended'], litA11y.configs.recommended],
    plugins: { 'lit-a11y': litA11y },
    rules: {
      'lit/no-legacy-template-syntax': 'error',
      'lit/no-native-attributes': 'error',
      'lit/no-useless-template-literals': 'error',
      'wc/no-self-class': 'off',
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML'].map((property) => ({ property, message: 'Markup comes from templates only.' })),
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['lit/directives/unsafe-html.js', 'lit/directives/unsafe-svg.js', 'lit/directives/unsafe-mathml.js', 'lit/static-html.js'],
        },
      ],
    },
  },
  { files: ['sdk/**/*styles.ts'], rules: { 'max-lines': 'off' } },
  // A migration is one statement of SQL, as long as its tables.
  { files: ['migrations/**/*.ts'], rules: { 'house/function-length': 'off' } },
  {
    files: ['sdk/elements/**/*.ts'],
    // Styles are one sheet, as long as what it dresses.
    ignores: [...TESTS, '**/*styles.ts'],
    rules: { 'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: TESTS,
    plugins: { 'lit-a11y': litA11y },
    rules: {
      // A list of behaviours may be longer than what behaves.
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'house/function-length': 'off',
      // Assertions take anything: that is how they find out.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      // Tests build what a template must not contain.
      'lit-a11y/accessible-name': 'off',
      // node:test runs what it was given; nobody awaits describe() and it().
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['describe', 'it', 'test', 'suite', 'before', 'after'] }],
        },
      ],
      'no-restricted-properties': [
        'error',
        ...['it', 'test', 'describe', 'suite'].flatMap((object) =>
          ['only', 'skip', 'todo'].map((property) => ({ object, property, message: 'Every test runs, every time.' })),
        ),
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.strict],
    rules: { eqeqeq: 'error', 'no-eval': 'error' },
  },
);
